/**
 * Rules of the command queue: at-least-once delivery under leases, exactly one outcome on record.
 * Knows nothing of HTTP or sockets.
 */

import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { type Actor, asUser, seesAll } from "@/lib/access";
import type { Bot } from "@/lib/bots/contract";
import type { Emit } from "@/lib/bus";
import { type Clock, iso, isoOrNull } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import type { bulkCommand, Command, Delivery, DispatchOptions } from "./contract";
import { BULK_MAX } from "./contract.words";
import { type Delivery as Deliverer, PUSH_LEASE_MS } from "./delivery";
import type { CommandStore } from "./store";

type Deps = {
  store: CommandStore;
  delivery: Deliverer;
  bots: {
    reach(actor: Actor, botId: string, need: "read" | "manage"): Promise<{ id: string; owner_id: number | null }>;
    seen(botId: string): void;
    hasSocket(botId: string): boolean;
    get(actor: Actor, botId: string): Promise<Bot>;
    list(
      actor: Actor,
      query: { scope: "visible"; search?: string; status?: "online" | "offline"; limit: number },
    ): Promise<{ bots: Bot[] }>;
  };
  /** What bots published of the commands they understand. */
  manifests: {
    check(botId: string, type: string, payload: Record<string, unknown>): undefined | Promise<void>;
  };
  emit: Emit;
  now: Clock;
  newId: () => string;
  /** How many other processes there are. */
  others?: () => number;
  /** Is the bot connected to one of them? */
  connectedElsewhere?: (botId: string) => boolean;
};

type NewCommandInput = {
  bot_id: string;
  type: string;
  payload: Record<string, unknown>;
  retry_of?: string;
} & Partial<DispatchOptions>;
type BulkInput = z.output<typeof bulkCommand.body>;
type Outcome = z.input<typeof bulkCommand.response>["results"][number];

const DEFAULT_MAX_ATTEMPTS = 10;
const REASON_TEXT = {
  cancelled: "cancelled",
  expired: "expired before a bot took it",
  dead: "handed out as often as allowed without an answer",
} as const;
const ended = (command: Command) => command.reason ?? command.status;
/** 2026-01-01T14:02:11.000Z as "2026-01-01 14:02 UTC". */
const clock = (time: string) => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;

/** Equal whatever the order of keys. */
const sameJson = isDeepStrictEqual;

/** Commands one reading of document 004's queue shows. */
const SHOWN_MAX = 1_000;

/** How long a long poll goes on before it looks at the queue by itself: leases end by time and announce nothing. */
const RECHECK_MS = 5_000;

export function createCommandService({
  store,
  delivery,
  bots,
  manifests,
  emit,
  now,
  newId,
  others = () => 0,
  connectedElsewhere = () => false,
}: Deps) {
  /** The process is stopping: nobody waits any more. */
  let released = false;

  /**
   * Queues a command. A bot connected to this process gets it at once: it is stored already leased, in one write.
   * With an idempotency key that was used before for the same bot, the command queued then is returned.
   *
   * @throws AppError NOT_FOUND    no such bot, or not one the actor may see
   * @throws AppError FORBIDDEN    the actor may only read the bot
   * @throws AppError INVALID_INPUT  the payload breaks what the bot published of this command
   * @throws AppError CONFLICT     the idempotency key was used for another type or payload
   * @throws AppError UNAVAILABLE  too many writes are waiting; nothing was stored
   */
  async function send(actor: Actor, input: NewCommandInput): Promise<Command> {
    const user = asUser(actor, "operate");
    const { owner_id } = await bots.reach(actor, input.bot_id, "manage");
    return queue(input, owner_id, user.user_id);
  }

  /** send() for callers whose right was checked already: 004's open mode has callers nobody knows. */
  async function queue(input: NewCommandInput, owner_id: number | null, createdBy: number | null): Promise<Command> {
    // Mostly known already: a promise only when the manifest has to be read.
    const checking = manifests.check(input.bot_id, input.type, input.payload);
    if (checking) await checking;
    const at = now();
    const runAt = input.run_at === undefined ? null : Date.parse(input.run_at);
    const expiresAt = input.expires_in === undefined ? null : Math.max(at, runAt ?? at) + input.expires_in * 1000;
    const waits = runAt !== null && runAt > at;
    const pushing = !waits && bots.hasSocket(input.bot_id) && delivery.room(input.bot_id) > 0;
    const leaseEnd = pushing ? at + PUSH_LEASE_MS : null;
    const priority = input.priority ?? 0;
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
      lease_expires_at: isoOrNull(leaseEnd),
      created_by: createdBy,
      priority,
      run_at: waits ? iso(runAt) : null,
      expires_at: isoOrNull(expiresAt),
      max_attempts: input.max_attempts ?? DEFAULT_MAX_ATTEMPTS,
      reason: null,
      progress: null,
      progress_note: null,
      retry_of: input.retry_of ?? null,
    };
    // Before the write, so that commands queued in the same moment count each other.
    if (pushing) delivery.pushed(command);
    let standing: Command | null;
    try {
      standing = await store.enqueue({
        id: command.id,
        bot_id: command.bot_id,
        owner_id,
        type: command.type,
        payload: JSON.stringify(command.payload),
        created_at: at,
        created_by: createdBy,
        lease_expires_at: leaseEnd,
        rank: 0 - priority,
        run_at: waits ? runAt : null,
        expires_at: expiresAt,
        max_attempts: command.max_attempts,
        idempotency_key: input.idempotency_key ?? null,
        retry_of: command.retry_of,
      });
    } catch (error) {
      if (pushing) delivery.settled(command.bot_id, command.id);
      throw error;
    }
    if (standing) {
      if (pushing) delivery.settled(command.bot_id, command.id);
      const same = standing.type === input.type && sameJson(standing.payload, input.payload);
      if (same) return standing;
      throw new AppError("CONFLICT", "This idempotency key was used for another command of this bot", {
        command: standing,
      });
    }
    emit("command.queued", { command, owner_id });
    return command;
  }

  /**
   * 004's `clear`: completes what the bot's last GET showed, or everything pending when none came since the last clear,
   * so that a command which arrived between GET and clear stays. The caller checked the right.
   *
   * @returns how many it completed
   */
  async function clear(botId: string, owner_id: number | null): Promise<number> {
    const at = now();
    const ids = await store.takeShown(botId, at);
    const settled = await Promise.all(
      ids.map((id) => store.settle({ id, bot_id: botId, status: "completed", result: "{}", at })),
    );
    const won = settled.filter((one) => one.won);
    for (const { command } of won) emit("command.settled", { command, owner_id });
    return won.length;
  }

  /** Where a command just sent is, in words. */
  async function explain(actor: Actor, command: Command): Promise<Delivery> {
    const until = command.expires_at ? `, expires ${clock(command.expires_at)}` : "";
    if (command.status !== "pending")
      return { state: "settled", online: bots.hasSocket(command.bot_id), offline_since: null, text: command.status };
    if (command.dispatched_at)
      return { state: "delivered", online: true, offline_since: null, text: "delivered: waiting for the bot's answer" };
    if (!command.run_at && connectedElsewhere(command.bot_id))
      return { state: "queued", online: true, offline_since: null, text: `queued: handed over at once${until}` };
    const bot = await bots.get(actor, command.bot_id);
    const online = bot.status !== "offline";
    const offline_since = online ? null : bot.last_active ? bot.status_since : bot.created_at;
    if (command.run_at)
      return { state: "scheduled", online, offline_since, text: `scheduled for ${clock(command.run_at)}${until}` };
    const why = online
      ? "the bot takes it with its next poll"
      : bot.last_active
        ? `offline since ${clock(bot.status_since)}`
        : "the bot has never connected";
    return { state: "queued", online, offline_since, text: `queued: ${why}${until}` };
  }

  /** send() with where it went. */
  async function sendExplained(actor: Actor, input: NewCommandInput) {
    const command = await send(actor, input);
    return { command, delivery: await explain(actor, command) };
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
      // A client that went away must not be handed a lease it will never see, and is not there: it may just have said so.
      if (signal().aborted) return [];
      // Waiting is being there.
      bots.seen(botId);
    }
  }

  async function take(botId: string, owner_id: number | null, limit: number, leaseMs: number): Promise<Command[]> {
    const again = delivery.unconfirmed(botId, limit);
    if (again.length > 0 && others() > 0)
      emit("command.received", { bot_id: botId, command_ids: again.map(({ id }) => id) });
    const at = now();
    const leased = await store.lease({ bot_id: botId, limit: limit - again.length, at, until: at + leaseMs });
    for (const command of leased) emit("command.leased", { command, owner_id });
    return [...again, ...leased];
  }

  /** Lets other processes hand out what a bot connected here was pushed and did not confirm. */
  function offer(bot_id: string, owner_id: number | null): void {
    if (others() > 0) for (const command of delivery.unoffered(bot_id)) emit("command.offered", { command, owner_id });
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
    throw new AppError("CONFLICT", `Command ${command.id} is already ${ended(command)}`, { command });
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
    if (!won) throw new AppError("CONFLICT", `Command ${command.id} is already ${ended(command)}`, { command });
    delivery.extended(command);
    emit("command.progress", { command, owner_id });
    return command;
  }

  /** The bot a command is addressed to: the actor itself, or one it manages. */
  async function addressed(actor: Actor, commandId: string): Promise<{ id: string; owner_id: number | null }> {
    if (actor.kind === "bot") {
      bots.seen(actor.bot_id);
      return { id: actor.bot_id, owner_id: actor.owner_id };
    }
    return bots.reach(actor, (await get(actor, commandId)).bot_id, "manage");
  }

  /** Settles a pending command without the bot's word. Undefined when it is not pending any more. */
  async function fail(
    command: { id: string; bot_id: string },
    owner_id: number | null,
    reason: Reason,
    unleased: boolean,
  ): Promise<Command | undefined> {
    const result = JSON.stringify({ error: REASON_TEXT[reason] });
    const at = now();
    const settled = await store.settle({
      id: command.id,
      bot_id: command.bot_id,
      status: "failed",
      result,
      at,
      reason,
      unleased,
    });
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
    throw new AppError("CONFLICT", `Command ${commandId} is already ${ended(command)}`, { command });
  }

  /** Queues a failed command again, as a new one. @throws AppError CONFLICT it has not failed */
  async function retry(actor: Actor, commandId: string, idempotency_key?: string) {
    const { id, bot_id, type, payload, status, priority, max_attempts } = await get(actor, commandId);
    // Who may not send it is told so, whatever became of it.
    await bots.reach(actor, bot_id, "manage");
    if (status !== "failed")
      throw new AppError("CONFLICT", `Only a failed command is sent again; this one is ${status}`);
    return sendExplained(actor, { bot_id, type, payload, priority, max_attempts, retry_of: id, idempotency_key });
  }

  async function outcome(
    bot_id: string,
    work: () => Promise<{ command: Command; delivery: Delivery }>,
  ): Promise<Outcome> {
    try {
      return { bot_id, status: "queued", ...(await work()) };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { bot_id, status: "error", error: error.message, code: error.code };
    }
  }

  /** Queues the newest failed commands again; one that was retried this way is not retried twice. */
  async function retryFailed(actor: Actor, query: { bot_id?: string; type?: string; reason?: Reason; limit: number }) {
    asUser(actor, "operate");
    const { commands } = await list(actor, { ...query, status: "failed" });
    const results = await Promise.all(
      commands.map(({ id, bot_id }) => outcome(bot_id, () => retry(actor, id, `retry:${id}`))),
    );
    return { results, count: results.length };
  }

  /** Sends one command to a selection, or to all the caller may manage that fit a filter. Each bot has its own outcome. */
  async function bulk(actor: Actor, input: BulkInput) {
    const { bot_ids, filter, ...rest } = input;
    const ids = bot_ids
      ? [...new Set(bot_ids)]
      : (await bots.list(actor, { ...filter, scope: "visible", limit: BULK_MAX })).bots.map((bot) => bot.id);
    const results = await Promise.all(
      ids.map((bot_id) => outcome(bot_id, () => sendExplained(actor, { ...rest, bot_id }))),
    );
    return { results, count: results.length, queued: results.filter((one) => one.status === "queued").length };
  }

  /** Looks after pending commands whose time has come: starts, expiries, last leases that ended. */
  async function sweep(): Promise<void> {
    const at = now();
    for (const due of await store.due(at)) {
      if (due.verdict === "expired" || due.verdict === "dead") {
        if (await fail(due, due.owner_id, due.verdict, true)) continue;
      } else if (due.verdict === "runnable") {
        emit("command.due", { bot_id: due.bot_id, owner_id: due.owner_id });
      }
      await store.postpone(due.id, at);
    }
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
    query: {
      bot_id?: string;
      status?: CommandStatus;
      reason?: Reason;
      type?: string;
      limit: number;
      cursor?: string;
    },
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
    queue,
    clear,
    /** 004's view: pending commands, at most 1000; `counts` when the bot itself reads. Nothing is leased. */
    show: (botId: string, counts: boolean) => store.show(botId, now(), SHOWN_MAX, counts),
    sendExplained,
    progress,
    cancel,
    retry,
    retryFailed,
    bulk,
    sweep,
    pending,
    dispatch,
    offer,
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
type Reason = NonNullable<Command["reason"]>;
