/** Commands that fail without their bot: cancelled by a person, or by time, which a job watches. */
import type { Actor } from "@/lib/core/actor";
import type { Command } from "@/lib/fleet/commands/contract";
import { type Deps, type Reason, settledAlready } from "@/lib/fleet/commands/service.deps";
import type { Reads } from "@/lib/fleet/commands/service.read";

const REASON_TEXT = {
  cancelled: "cancelled",
  expired: "expired before a bot took it",
  dead: "handed out as often as allowed without an answer",
} as const;

export function createFailing({ store, bots, emit, now }: Deps, { find }: Pick<Reads, "find">) {
  /**
   * Settles a pending command without the bot's word.
   *
   * @param unleased leaves a command alone that its bot is at work on
   * @returns undefined when it is not pending any more
   */
  async function fail(
    { id, bot_id }: { id: string; bot_id: string },
    owner_id: number | null,
    reason: Reason,
    unleased: boolean,
  ): Promise<Command | undefined> {
    const result = JSON.stringify({ error: REASON_TEXT[reason] });
    const settled = await store.settle({ id, bot_id, status: "failed", result, at: now(), reason, unleased });
    if (!settled.won) return undefined;
    emit("command.settled", { command: settled.command, owner_id });
    return settled.command;
  }

  /** @throws AppError CONFLICT it is settled already */
  async function cancel(actor: Actor, commandId: string): Promise<Command> {
    const before = await find(actor, commandId);
    const { owner_id } = await bots.reach(actor, before.bot_id, "manage");
    const cancelled = await fail(before, owner_id, "cancelled", false);
    if (cancelled) return cancelled;
    const command = await find(actor, commandId);
    if (command.reason === "cancelled") return command;
    throw settledAlready(command);
  }

  /** Looks after pending commands whose time has come: starts, expiries, last leases that ended. */
  async function sweep(): Promise<void> {
    const at = now();
    // Together: what is written of them shares a transaction.
    await Promise.all(
      (await store.due(at)).map(async (due) => {
        if (due.verdict === "expired" || due.verdict === "dead") {
          if (await fail(due, due.owner_id, due.verdict, true)) return;
        } else if (due.verdict === "runnable") {
          emit("command.due", { bot_id: due.bot_id, owner_id: due.owner_id });
        }
        await store.postpone({ id: due.id, at });
      }),
    );
  }

  return { cancel, sweep };
}
