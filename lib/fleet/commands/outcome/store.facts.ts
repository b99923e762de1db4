/** Puts the outcomes of commands into the outbox. */
import { queriesIn, type Sql } from "@/lib/core/db";
import { addFacts, wantsFact } from "@/lib/core/outbox";
import { ownedBots } from "@/lib/fleet/bots";
import type { Command } from "@/lib/fleet/commands/contract";

/** Call it in the transaction that settles the commands. Reads and writes nothing while no destination wants outcomes. */
export async function noteOutcomes(tx: Sql, commands: readonly Command[]): Promise<void> {
  const kindOf = ({ status }: Command) => (status === "failed" ? "command.failed" : "command.completed");
  const wanted = commands.filter((command) => wantsFact(kindOf(command)));
  if (wanted.length === 0) return;
  const queries = queriesIn(tx);
  const bots = await ownedBots(queries, [...new Set(wanted.map(({ bot_id }) => bot_id))]);
  const facts = wanted.map((command) => ({
    ...({ kind: kindOf(command), bot_id: command.bot_id, team_id: bots.get(command.bot_id)?.team_id ?? null } as const),
    ...{ subject: command.id, at: Date.parse(command.completed_at ?? command.created_at), data: command },
  }));
  await addFacts(queries, facts);
}
