/** Removes commands in slices, so that no slice holds up the writers for long. */
import { inList, query, takeCommitTurn, transaction } from "@/lib/core/db";
import { lowerCounters } from "@/lib/fleet/bots";
import { perBot } from "./store.rows";
import { lowerTypes } from "./store.statistics";

function countsOf(commands: { status: string; reason: string | null }[]) {
  const failed_commands = commands.filter(({ status }) => status === "failed").length;
  return {
    total_commands: commands.length,
    completed_commands: commands.length - failed_commands,
    failed_commands,
    cancelled_commands: commands.filter(({ reason }) => reason === "cancelled").length,
  };
}

export function createRetention() {
  return {
    /**
     * Removes the commands settled before `cutoff` among the next `limit` commands after `from`.
     *
     * @returns the seq from which to continue; null when all later commands are younger
     */
    removeSettled: (cutoff: number, from: number, limit: number): Promise<number | null> =>
      transaction(async (trx) => {
        await takeCommitTurn(trx);
        const rows = await trx
          .selectFrom("command")
          .select(["seq", "bot_id", "type", "status", "reason", "created_at", "completed_at"])
          .where("seq", ">", from)
          .orderBy("seq")
          .limit(limit)
          .execute();
        const old = rows.filter((row) => row.status !== "pending" && (row.completed_at ?? row.created_at) < cutoff);
        if (old.length > 0) {
          const seqs = old.map((row) => row.seq);
          await trx.deleteFrom("command").where("seq", "in", inList(seqs)).execute();
        }
        // Lock the bots before the counts of their types, as writers of new commands do.
        await lowerCounters(trx, new Map(perBot(old).map(([botId, commands]) => [botId, countsOf(commands)])));
        await lowerTypes(trx, old);
        const last = rows.at(-1);
        return last && rows.length === limit && last.created_at < cutoff ? last.seq : null;
      }),

    /** Removes up to `limit` commands of a bot being deleted. Returns the number removed. */
    async purge(botId: string, limit: number): Promise<number> {
      const { numDeletedRows } = await query()
        .deleteFrom("command")
        .where("seq", "in", (eb) => eb.selectFrom("command").select("seq").where("bot_id", "=", botId).limit(limit))
        .executeTakeFirstOrThrow();
      if (numDeletedRows === 0n) await query().deleteFrom("command_type").where("bot_id", "=", botId).execute();
      return Number(numDeletedRows);
    },
  };
}
