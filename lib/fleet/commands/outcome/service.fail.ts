/** Commands that fail without their bot: cancelled by a person, or ended by time, which a background job checks. */
import type { Actor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import type { Command } from "@/lib/fleet/commands/contract";
import { type Deps, type Reason, settledAlready } from "@/lib/fleet/commands/service.deps";
import type { Reads } from "@/lib/fleet/commands/service.read";
import type { Due } from "./store.due";

const REASON_TEXT = {
  cancelled: "cancelled",
  expired: "expired before a bot took it",
  dead: "handed out as often as allowed without an answer",
} as const;

export function createFailing({ store, bots, emit, now }: Deps, { find }: Pick<Reads, "find">) {
  /**
   * Fails a pending command without an ack from the bot.
   *
   * @param unleased leaves the command alone if its bot holds a lease on it
   * @returns undefined when the command is not pending any more
   */
  async function fail(
    { id, bot_id }: { id: string; bot_id: string },
    team_id: number | null,
    reason: Reason,
    unleased: boolean,
  ): Promise<Command | undefined> {
    const result = JSON.stringify({ error: REASON_TEXT[reason] });
    const settled = await store.settle({ id, bot_id, status: "failed", result, at: now(), reason, unleased });
    if (!settled.won) return undefined;
    emit("command.settled", { command: settled.command, team_id });
    return settled.command;
  }

  /** @throws AppError CONFLICT the command is already settled */
  async function cancel(actor: Actor, commandId: string): Promise<Command> {
    const before = await find(actor, commandId);
    const { team_id } = await bots.reach(actor, before.bot_id, "operator");
    const target = { type: "command", id: commandId, name: before.type, bot_id: before.bot_id };
    const after = { status: "failed", reason: "cancelled" };
    describeAct({ target, team_id, before: { status: before.status }, after });
    const cancelled = await fail(before, team_id, "cancelled", false);
    if (cancelled) return cancelled;
    const command = await find(actor, commandId);
    if (command.reason === "cancelled") return command;
    throw settledAlready(command);
  }

  /** Handles pending commands that are due: their start time or expiry has come, or their last lease has ended. */
  async function sweep(signal?: AbortSignal): Promise<void> {
    const at = now();
    // Each slice leaves the due commands with a later time or none, so the loop ends.
    for (let due = await store.due(at); due.length > 0 && !signal?.aborted; due = await store.due(at))
      await handle(due, at);
  }

  async function handle(due: Due[], at: number): Promise<void> {
    // Write them all at once, so that their writes share a transaction.
    await Promise.all(
      due.map(async (due) => {
        if (due.verdict === "expired" || due.verdict === "dead") {
          if (await fail(due, due.owner_id, due.verdict, true)) return;
        } else if (due.verdict === "runnable") {
          emit("command.due", { bot_id: due.bot_id, team_id: due.owner_id });
        }
        await store.postpone({ id: due.id, at });
      }),
    );
  }

  return { cancel, sweep };
}
