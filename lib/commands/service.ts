/**
 * Rules of the command queue: at-least-once delivery under leases, exactly one outcome on record.
 * Knows nothing of HTTP or sockets.
 */
import { type Actor, asUser, seesAll } from "@/lib/access";
import type { Emit } from "@/lib/bus";
import { type Clock, iso } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import type { Command } from "./contract";
import { type Delivery, PUSH_LEASE_MS } from "./delivery";
import type { CommandStore } from "./store";

type Deps = {
  store: CommandStore;
  delivery: Delivery;
  bots: {
    reach(actor: Actor, botId: string, need: "read" | "manage"): Promise<{ id: string; owner_id: number | null }>;
    seen(botId: string): void;
    hasSocket(botId: string): boolean;
  };
  emit: Emit;
  now: Clock;
  newId: () => string;
};

/** How long a long poll goes on before it looks at the queue by itself: leases end by time and announce nothing. */
const RECHECK_MS = 5_000;

export function createCommandService({ store, delivery, bots, emit, now, newId }: Deps) {
  /** The process is stopping: nobody waits any more. */
  let released = false;

  /**
   * Queues a command. A bot connected to this process gets it at once: it is stored already leased, in one write.
   *
   * @throws AppError NOT_FOUND    no such bot, or not one the actor may see
   * @throws AppError FORBIDDEN    the actor may only read the bot
   * @throws AppError UNAVAILABLE  too many writes are waiting; nothing was stored
   */
  async function send(
    actor: Actor,
    input: { bot_id: string; type: string; payload: Record<string, unknown> },
  ): Promise<Command> {
    const user = asUser(actor, "operate");
    const { owner_id } = await bots.reach(actor, input.bot_id, "manage");
    const at = now();
    const pushing = bots.hasSocket(input.bot_id) && delivery.room(input.bot_id) > 0;
    const command: Command = {
      id: newId(),
      bot_id: input.bot_id,
      type: input.type,
      payload: input.payload,
      status: "pending",
      result: null,
      created_at: iso(at),
      completed_at: null,
      dispatched_at: pushing ? iso(at) : null,
      attempts: pushing ? 1 : 0,
      lease_expires_at: pushing ? iso(at + PUSH_LEASE_MS) : null,
      created_by: user.user_id,
    };
    // Before the write, so that commands queued in the same moment count each other.
    if (pushing) delivery.pushed(command);
    try {
      await store.enqueue({
        id: command.id,
        bot_id: command.bot_id,
        owner_id,
        type: command.type,
        payload: JSON.stringify(command.payload),
        created_at: at,
        created_by: user.user_id,
        lease_expires_at: pushing ? at + PUSH_LEASE_MS : null,
      });
    } catch (error) {
      if (pushing) delivery.settled(command.bot_id, command.id);
      throw error;
    }
    emit("command.queued", { command, owner_id });
    return command;
  }

  /**
   * Pending commands of a bot. Called by the bot itself it leases them, waiting up to `wait` seconds for one;
   * anybody else who may see the bot peeks.
   */
  async function pending(
    actor: Actor,
    botId: string,
    query: { limit: number; wait: number; lease: number },
    /** Asked for only when there is something to wait for: making a signal costs more than an empty poll. */
    signal: () => AbortSignal,
  ): Promise<Command[]> {
    const { owner_id } = await bots.reach(actor, botId, "read");
    if (actor.kind !== "bot") return store.peek(botId, query.limit);
    bots.seen(botId);
    const deadline = now() + query.wait * 1000;
    for (;;) {
      const commands = await take(botId, owner_id, query.limit, query.lease * 1000);
      const left = deadline - now();
      if (commands.length > 0 || left <= 0 || query.limit === 0 || released) return commands;
      await delivery.wait(botId, Math.min(left, RECHECK_MS), signal());
      // Waiting is being there.
      bots.seen(botId);
      // A client that went away must not be handed a lease it will never see.
      if (signal().aborted) return [];
    }
  }

  async function take(botId: string, owner_id: number | null, limit: number, leaseMs: number): Promise<Command[]> {
    const again = delivery.unconfirmed(botId, limit);
    const at = now();
    const leased = await store.lease({ bot_id: botId, limit: limit - again.length, at, until: at + leaseMs });
    for (const command of leased) emit("command.leased", { command, owner_id });
    return [...again, ...leased];
  }

  /** Leases what waits for a bot connected here, as far as its window has room. Returns what to push. */
  async function dispatch(botId: string, owner_id: number | null): Promise<Command[]> {
    const at = now();
    const room = delivery.room(botId);
    if (room <= 0) return [];
    const commands = await store.lease({ bot_id: botId, limit: room, at, until: at + PUSH_LEASE_MS });
    for (const command of commands) {
      delivery.pushed(command);
      emit("command.leased", { command, owner_id });
    }
    return commands;
  }

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
    let botId: string;
    let ownerId: number | null;
    if (actor.kind === "bot") {
      botId = actor.bot_id;
      ownerId = actor.owner_id;
      bots.seen(botId);
    } else {
      const found = await get(actor, input.command_id);
      const bot = await bots.reach(actor, found.bot_id, "manage");
      botId = bot.id;
      ownerId = bot.owner_id;
    }
    const { won, command } = await store.settle({
      id: input.command_id,
      bot_id: botId,
      status: input.status,
      result: JSON.stringify(input.result),
      at: now(),
    });
    if (won) {
      emit("command.settled", { command, owner_id: ownerId });
      return command;
    }
    if (command.status === input.status) return command;
    throw new AppError("CONFLICT", `Command ${command.id} is already ${command.status}`, { command });
  }

  /** @throws AppError NOT_FOUND no such command, or of a bot the actor may not see */
  async function get(actor: Actor, commandId: string): Promise<Command> {
    const missing = new AppError("NOT_FOUND", `No command ${commandId.slice(0, 64)}`);
    const command = await store.find(commandId);
    if (!command) throw missing;
    await bots.reach(actor, command.bot_id, "read").catch((error) => {
      throw error instanceof AppError && error.code === "NOT_FOUND" ? missing : error;
    });
    return command;
  }

  /** Newest first, by keyset. Without `bot_id`: over every bot the caller may see. */
  async function list(
    actor: Actor,
    query: { bot_id?: string; status?: CommandStatus; type?: string; limit: number; cursor?: string },
  ) {
    if (query.bot_id !== undefined) await bots.reach(actor, query.bot_id, "read");
    const owner = query.bot_id === undefined && !seesAll(actor) ? asUser(actor).user_id : undefined;
    const { commands, next } = await store.list({
      ...query,
      owner_id: owner,
      before: query.cursor === undefined ? undefined : Number(query.cursor),
    });
    return { commands, count: commands.length, next_cursor: next === null ? null : String(next) };
  }

  return {
    send,
    pending,
    dispatch,
    acknowledge,
    get,
    list,
    /** A connected bot says that a pushed command arrived. */
    confirm: delivery.confirm,
    hasBacklog: delivery.hasBacklog,
    /** Removes the commands of a bot being deleted, a slice at a time. */
    async purge(botId: string): Promise<void> {
      while ((await store.purge(botId, 2000)) > 0) await new Promise(setImmediate);
    },
    /** Answers every long poll at once, those to come too (shutdown). */
    release(): void {
      released = true;
      delivery.wakeAll();
    },
  };
}

export type CommandService = ReturnType<typeof createCommandService>;
type CommandStatus = Command["status"];
