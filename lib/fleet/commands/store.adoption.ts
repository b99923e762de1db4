/** Commands of a bot that gets its first owner, or goes to another team. */
import { inList, type Queries, transaction } from "@/lib/core/db";
import { lockBot } from "@/lib/fleet/bots";

/** The commands of one transaction. */
const SLICE = 1_000;

/** Gives a bot's commands to the person who adopts it, in the transaction of the adoption. */
export async function adoptCommands(trx: Queries, botId: string, ownerId: number): Promise<void> {
  const commands = trx.updateTable("command").set({ owner_id: ownerId }).where("bot_id", "=", botId);
  await commands.where("owner_id", "is", null).execute();
}

/** Gives the next commands before `below`, a seq, to the team that owns the bot. @returns where the rest begins */
const moveSlice = (botId: string, below: number): Promise<number | undefined> =>
  transaction(async (trx) => {
    const bot = await lockBot(trx, botId);
    if (!bot) return undefined;
    const rows = await trx
      .selectFrom("command")
      .select(["seq", "owner_id"])
      .where("bot_id", "=", botId)
      .where("seq", "<", below)
      .orderBy("seq", "desc")
      .limit(SLICE)
      .execute();
    const seqs = rows.filter(({ owner_id }) => owner_id !== bot.owner_id).map(({ seq }) => seq);
    const { owner_id } = bot;
    if (seqs.length > 0) await trx.updateTable("command").set({ owner_id }).where("seq", "in", inList(seqs)).execute();
    return rows.length < SLICE ? undefined : rows.at(-1)!.seq;
  });

/** Gives a bot's commands to the team that owns it. Those that are sent meanwhile name the team already. */
export async function moveCommands(botId: string): Promise<void> {
  for (let below: number | undefined = Number.MAX_SAFE_INTEGER; below !== undefined; )
    below = await moveSlice(botId, below);
}
