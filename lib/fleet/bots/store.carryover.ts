/** Keeps tokens of bots across a restore: tokens that were rotated since the backup stay as they are now. */
import { type Queries, type Row, sql } from "@/lib/core/db";

/** Bots are matched by id and time of creation: a backup of another server has other bots under the same ids. */
export type PresentToken = Pick<Row<"bot">, "id" | "owner_id" | "created_at" | "token_hash" | "token_cipher">;

const noteMove = (staged: Queries, bot_id: string) =>
  staged
    .insertInto("bot_move")
    .values({ bot_id, at: 0 })
    .onConflict((noted) => noted.doNothing())
    .execute();

const keyOf = ({ id, created_at }: Pick<PresentToken, "id" | "created_at">) => `${id}:${created_at}`;

export const readTokens = (present: Queries): Promise<PresentToken[]> =>
  present.selectFrom("bot").select(["id", "owner_id", "created_at", "token_hash", "token_cipher"]).execute();

/** The ids of the bots in the backup that are the same ones now. */
export async function unchangedBots(staged: Queries, present: PresentToken[]): Promise<Set<string>> {
  const now = new Set(present.map(keyOf));
  const bots = await staged.selectFrom("bot").select(["id", "created_at"]).execute();
  return new Set(bots.filter((bot) => now.has(keyOf(bot))).map(({ id }) => id));
}

/** @returns names of the bots that kept their present token, and of the bots in the backup that do not exist now */
export async function carryTokens(
  staged: Queries,
  present: PresentToken[],
): Promise<{ rotated: string[]; returned: string[] }> {
  const now = new Map(present.map((bot) => [keyOf(bot), bot]));
  const rotated: string[] = [];
  const returned: string[] = [];
  for (const bot of await staged.selectFrom("bot").select(["id", "name", "created_at", "token_hash"]).execute()) {
    const current = now.get(keyOf(bot));
    if (!current) returned.push(bot.name);
    else if (current.token_hash !== bot.token_hash) {
      rotated.push(bot.name);
      const { token_hash, token_cipher } = current;
      await staged.updateTable("bot").set({ token_hash, token_cipher }).where("id", "=", bot.id).execute();
    }
  }
  return { rotated, returned };
}

/** Invalidates the tokens of a person's bots: no token hashes to this text, and an empty seal holds no token. */
export async function endTokensOf(staged: Queries, ownerId: number): Promise<void> {
  await staged
    .updateTable("bot")
    .set({ token_hash: sql<string>`'ended:' || id`, token_cipher: "" })
    .where("owner_id", "=", ownerId)
    .execute();
}

/** A tag that people gave a bot, which can give access to it. */
export type PresentTag = Pick<Row<"bot_tag">, "bot_id" | "key">;

export const readTags = (present: Queries): Promise<PresentTag[]> =>
  present.selectFrom("bot_tag").select(["bot_id", "key"]).execute();

/**
 * Removes tags that bots have lost since the backup, if grants or keys give access by them.
 *
 * @param giving the tags by which there is access
 * @param bots the bots of the backup that are the same ones now
 * @returns the ids of the bots
 */
export async function keepTagsLost(
  staged: Queries,
  present: readonly PresentTag[],
  giving: readonly string[],
  bots: ReadonlySet<string>,
): Promise<string[]> {
  const now = new Set(present.map(({ bot_id, key }) => `${bot_id} ${key}`));
  const changed = new Set<string>();
  for (const { bot_id, key } of await staged.selectFrom("bot_tag").select(["bot_id", "key"]).execute()) {
    if (!giving.includes(key) || !bots.has(bot_id) || now.has(`${bot_id} ${key}`)) continue;
    changed.add(bot_id);
    await staged.deleteFrom("bot_tag").where("bot_id", "=", bot_id).where("key", "=", key).execute();
  }
  for (const id of changed) {
    const left = await staged.selectFrom("bot_tag").select("name").where("bot_id", "=", id).orderBy("key").execute();
    const tags = JSON.stringify(left.map(({ name }) => name));
    await staged.updateTable("bot").set({ tags }).where("id", "=", id).execute();
  }
  return [...changed];
}

/** Gives the bots of a team in the backup to another one, and notes that their rows must follow. */
export async function giveBots(staged: Queries, from: number, to: number): Promise<void> {
  const bots = await staged
    .updateTable("bot")
    .set({ owner_id: to })
    .where("owner_id", "=", from)
    .returning("id")
    .execute();
  for (const { id } of bots) await noteMove(staged, id);
}

/**
 * Keeps bots that went to another team since the backup there, if the backup has that team or person.
 *
 * @param exists whether the backup has the team, or the person whose personal team it is
 * @returns names of the bots
 */
export async function keepOwners(
  staged: Queries,
  present: PresentToken[],
  exists: (teamId: number) => boolean,
): Promise<string[]> {
  const now = new Map(present.map((bot) => [keyOf(bot), bot.owner_id]));
  const names: string[] = [];
  for (const bot of await staged.selectFrom("bot").select(["id", "name", "created_at", "owner_id"]).execute()) {
    const owner_id = now.get(keyOf(bot)) ?? null;
    if (owner_id === null || bot.owner_id === null || owner_id === bot.owner_id || !exists(owner_id)) continue;
    await staged.updateTable("bot").set({ owner_id }).where("id", "=", bot.id).execute();
    await noteMove(staged, bot.id);
    names.push(bot.name);
  }
  return names;
}
