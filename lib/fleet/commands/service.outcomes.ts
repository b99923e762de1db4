/** How commands end: by the bot's word, by document 004's `clear`, by a person who cancels, or by time. */
import type { Actor } from "@/lib/core/actor";
import type { Command } from "./contract";
import { type Common, type Deps, type Reason, settledAlready } from "./service.common";

const REASON_TEXT = {
  cancelled: "cancelled",
  expired: "expired before a bot took it",
  dead: "handed out as often as allowed without an answer",
} as const;

/** Commands one reading of document 004's queue shows. */
const SHOWN_MAX = 1_000;

export function createOutcomes({ store, delivery, bots, emit, now }: Deps, { get, addressed }: Common) {
  /**
   * Settles a pending command. The first ack wins: repeating it returns the stored command and stays silent, because
   * bots retry after a lost response; contradicting it is refused.
   *
   * @throws AppError NOT_FOUND  no such command, or of a bot the actor may not see
   * @throws AppError FORBIDDEN  the actor is another bot, or may only read
   * @throws AppError CONFLICT   settled the other way; details.command is what stands
   */
  async function acknowledge(
    actor: Actor,
    input: { command_id: string; status: "completed" | "failed"; result: Record<string, unknown> },
  ): Promise<Command> {
    const { id: botId, owner_id: ownerId } = await addressed(actor, input.command_id);
    const { won, command } = await store.settle({
      id: input.command_id,
      bot_id: botId,
      status: input.status,
      result: JSON.stringify(input.result),
      at: now(),
      known: delivery.known(botId, input.command_id),
    });
    if (won) {
      emit("command.settled", { command, owner_id: ownerId });
      return command;
    }
    if (command.status === input.status) return command;
    throw settledAlready(command);
  }

  /**
   * Notes progress of a pending command, or makes its lease end `lease` seconds from now. Announced to watchers.
   *
   * @throws AppError NOT_FOUND, FORBIDDEN as acknowledge
   * @throws AppError CONFLICT  it is settled: cancelled, say; details.command is what stands
   */
  async function progress(
    actor: Actor,
    input: { command_id: string; progress?: number; note?: string; lease?: number },
  ): Promise<Command> {
    const { id: bot_id, owner_id } = await addressed(actor, input.command_id);
    const { won, command } = await store.progress({
      id: input.command_id,
      bot_id,
      progress: input.progress ?? null,
      note: input.note ?? null,
      until: input.lease === undefined ? null : now() + input.lease * 1000,
    });
    if (!won) throw settledAlready(command);
    delivery.extended(command);
    emit("command.progress", { command, owner_id });
    return command;
  }

  /** Settles a pending command without the bot's word. Undefined when it is not pending any more. */
  async function fail(
    command: { id: string; bot_id: string },
    owner_id: number | null,
    reason: Reason,
    unleased: boolean,
  ): Promise<Command | undefined> {
    const result = JSON.stringify({ error: REASON_TEXT[reason] });
    const { id, bot_id } = command;
    const settled = await store.settle({ id, bot_id, status: "failed", result, at: now(), reason, unleased });
    if (!settled.won) return undefined;
    emit("command.settled", { command: settled.command, owner_id });
    return settled.command;
  }

  /** @throws AppError CONFLICT it is settled already */
  async function cancel(actor: Actor, commandId: string): Promise<Command> {
    const before = await get(actor, commandId);
    const { owner_id } = await bots.reach(actor, before.bot_id, "manage");
    const cancelled = await fail(before, owner_id, "cancelled", false);
    if (cancelled) return cancelled;
    const command = await get(actor, commandId);
    if (command.reason === "cancelled") return command;
    throw settledAlready(command);
  }

  /**
   * 004's `clear`: completes what the bot's last GET showed, or everything pending when none came since the last clear,
   * so that a command which arrived between GET and clear stays. The caller checked the right.
   *
   * @returns how many it completed
   */
  async function clear(botId: string, owner_id: number | null): Promise<number> {
    const at = now();
    const { ids, upTo } = await store.shown(botId, at);
    const settled = await Promise.all(
      ids.map((id) => store.settle({ id, bot_id: botId, status: "completed", result: "{}", at })),
    );
    const won = settled.filter((one) => one.won);
    for (const { command } of won) emit("command.settled", { command, owner_id });
    // Last: should it fail, the next clear goes by the same reading, and does not take what came after it.
    if (upTo !== null) await store.forgetShown(botId, upTo);
    return won.length;
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

  return {
    acknowledge,
    progress,
    cancel,
    /** 004's view: pending commands, at most 1000; `counts` when the bot itself reads. Nothing is leased. */
    show: (botId: string, counts: boolean) => store.show(botId, now(), SHOWN_MAX, counts),
    clear,
    sweep,
  };
}
