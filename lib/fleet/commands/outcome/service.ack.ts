/** Records the progress that bots report, and how their commands ended. */
import type { Actor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import type { Command } from "@/lib/fleet/commands/contract";
import { type Deps, settledAlready } from "@/lib/fleet/commands/service.deps";
import type { Reads } from "@/lib/fleet/commands/service.read";

export function createAcknowledging({ store, delivery, bots, emit, now }: Deps, { find }: Pick<Reads, "find">) {
  /** Returns the bot that a command is addressed to: the actor itself, or a bot that the actor manages. */
  async function addressed(actor: Actor, commandId: string): Promise<{ id: string; team_id: number | null }> {
    if (actor.kind === "bot") {
      bots.seen(actor.bot_id);
      return { id: actor.bot_id, team_id: actor.team_id };
    }
    const { bot_id, type, status } = await find(actor, commandId);
    const bot = await bots.reach(actor, bot_id, "operator");
    const target = { type: "command", id: commandId, name: type, bot_id };
    describeAct({ target, team_id: bot.team_id, before: { status } });
    return bot;
  }

  /**
   * Settles a pending command. The first ack wins. Repeating it returns the stored command and announces nothing,
   * because bots retry after a lost response; an ack that contradicts it is refused.
   *
   * @throws AppError NOT_FOUND  no such command, or its bot is not one the actor may see
   * @throws AppError FORBIDDEN  the actor is another bot, or may only read
   * @throws AppError CONFLICT   the command is settled the other way; details.command is the stored command
   */
  async function acknowledge(
    actor: Actor,
    input: {
      command_id: string;
      status: "completed" | "failed";
      result: Record<string, unknown>;
      traceparent?: string;
    },
  ): Promise<Command> {
    const { id: botId, team_id: teamId } = await addressed(actor, input.command_id);
    if (actor.kind === "user") describeAct({ after: { status: input.status } });
    const known = delivery.known(botId, input.command_id);
    const { won, command } = await store.settle({
      id: input.command_id,
      bot_id: botId,
      status: input.status,
      result: JSON.stringify(input.result),
      at: now(),
      known: known && { command: known, result: input.result },
    });
    if (won) {
      emit("command.settled", { command, team_id: teamId, traceparent: input.traceparent });
      return command;
    }
    if (command.status === input.status) return command;
    throw settledAlready(command);
  }

  /**
   * Records progress of a pending command, or makes its lease end `lease` seconds from now, and announces either to
   * watchers.
   *
   * @throws AppError NOT_FOUND, FORBIDDEN as acknowledge
   * @throws AppError CONFLICT  already settled, for example cancelled; details.command is the stored command
   */
  async function progress(
    actor: Actor,
    input: { command_id: string; progress?: number; note?: string; lease?: number },
  ): Promise<Command> {
    const { id: bot_id, team_id } = await addressed(actor, input.command_id);
    const { won, command } = await store.progress({
      id: input.command_id,
      bot_id,
      progress: input.progress ?? null,
      note: input.note ?? null,
      until: input.lease === undefined ? null : now() + input.lease * 1000,
    });
    if (!won) throw settledAlready(command);
    delivery.extended(command);
    emit("command.progress", { command, team_id });
    return command;
  }

  return { acknowledge, progress };
}
