/** Keeps tokens of bots across a restore: tokens that were rotated since the backup stay as they are now. */
import { type Queries, type Row, sql } from "@/lib/core/db";

/** Bots are matched by id and time of creation: a backup of another server has other bots under the same ids. */
export type PresentToken = Pick<Row<"bot">, "id" | "created_at" | "token_hash" | "token_cipher">;

const keyOf = ({ id, created_at }: Pick<PresentToken, "id" | "created_at">) => `${id}:${created_at}`;

export const readTokens = (present: Queries): Promise<PresentToken[]> =>
  present.selectFrom("bot").select(["id", "created_at", "token_hash", "token_cipher"]).execute();

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
