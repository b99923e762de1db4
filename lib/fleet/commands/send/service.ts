/** Queues the commands that people send. */
import { isDeepStrictEqual } from "node:util";
import { type Actor, asUser, isServiceKey } from "@/lib/core/actor";
import { currentContext } from "@/lib/core/acts";
import { iso, isoOrNull } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { type Span, tracing } from "@/lib/core/tracing";
import type { Command, Delivery, DispatchOptions } from "@/lib/fleet/commands/contract";
import { ATTEMPTS_DEFAULT } from "@/lib/fleet/commands/contract.constants";
import { PUSH_LEASE_MS } from "@/lib/fleet/commands/delivery/delivery";
import type { Deps } from "@/lib/fleet/commands/service.deps";
import type { CheckBatch } from "@/lib/fleet/manifests";
import { createExplaining } from "./service.explain";
import type { NewCommand } from "./store.hot";

type NewCommandInput = {
  bot_id: string;
  type: string;
  payload: Record<string, unknown>;
  retry_of?: string;
} & Partial<DispatchOptions>;
export type Sent = { command: Command; delivery: Delivery };

/** Returns who sends a command and from where, as its row keeps it: the audit log has no other record of it. */
function originText(): string | null {
  const context = currentContext();
  if (!context) return null;
  const { origin, actor, plugin, job, schedule, incoming } = context;
  const user = actor?.kind === "user" ? actor : undefined;
  // A person's name is read from the account; a service key's is kept here, because the key may be gone by then.
  const team_key = user && isServiceKey(user) ? user.username : undefined;
  return JSON.stringify({
    key: user?.key_id,
    team_key,
    address: origin?.address,
    request: origin?.request_id,
    plugin,
    job,
    schedule: schedule?.id,
    schedule_name: schedule?.name,
    incoming: incoming?.id,
    incoming_name: incoming?.name,
  });
}

/** Returns the row to store. `run_at` is null when the command may be handed out at once. */
function rowOf(input: NewCommandInput, id: string, team_id: number | null, createdBy: number | null, at: number) {
  const runAt = input.run_at === undefined ? null : Date.parse(input.run_at);
  const expiresAt = input.expires_in === undefined ? null : Math.max(at, runAt ?? at) + input.expires_in * 1000;
  return {
    id,
    bot_id: input.bot_id,
    owner_id: team_id,
    type: input.type,
    payload: JSON.stringify(input.payload),
    created_at: at,
    created_by: createdBy,
    lease_expires_at: null as number | null,
    pushed_by: null as string | null,
    rank: 0 - (input.priority ?? 0),
    run_at: runAt !== null && runAt > at ? runAt : null,
    expires_at: expiresAt,
    max_attempts: input.max_attempts ?? ATTEMPTS_DEFAULT,
    idempotency_key: input.idempotency_key ?? null,
    retry_of: input.retry_of ?? null,
    shard: input.shard ?? null,
    origin: originText(),
    traceparent: undefined as string | undefined,
  };
}

/**
 * Builds the API form from the row instead of reading it back: parsing the payload again would cost more than the
 * insert.
 */
function commandOf(row: NewCommand, payload: Command["payload"]): Command {
  const isLeased = row.lease_expires_at !== null;
  return {
    id: row.id,
    bot_id: row.bot_id,
    type: row.type,
    payload,
    status: "pending",
    result: null,
    created_at: iso(row.created_at),
    completed_at: null,
    dispatched_at: isLeased ? iso(row.created_at) : null,
    attempts: isLeased ? 1 : 0,
    lease_expires_at: isoOrNull(row.lease_expires_at),
    created_by: row.created_by,
    priority: 0 - row.rank,
    run_at: isoOrNull(row.run_at),
    expires_at: isoOrNull(row.expires_at),
    max_attempts: row.max_attempts,
    reason: null,
    progress: null,
    progress_note: null,
    retry_of: row.retry_of,
    shard: row.shard,
  };
}

/** Begins the span of a command that is stored, within the request that sends it. */
function beginSpan({ id, bot_id, type }: NewCommand): Span | undefined {
  const values = { "muster.command.id": id, "muster.command.type": type, "muster.bot.id": bot_id };
  return tracing.start?.("enqueue command", { kind: "producer", parent: currentContext()?.traceparent, values });
}

/**
 * Returns the command queued earlier under the same idempotency key. @throws AppError CONFLICT its type or payload
 * differs
 */
function sameCommand(queued: Command, input: NewCommandInput): Command {
  const isForSame = queued.type === input.type && queued.shard === (input.shard ?? null);
  if (isForSame && isDeepStrictEqual(queued.payload, input.payload)) return queued;
  throw new AppError("CONFLICT", "This idempotency key was already used for a different command of this bot", {
    command: queued,
  });
}

export type Sending = ReturnType<typeof createSending>;

export function createSending(deps: Deps) {
  const { store, delivery, bots, manifests, emit, now, newId, self } = deps;
  const explain = createExplaining(deps);

  /**
   * Queues a command. A bot connected to this process gets it at once: the command is stored already leased, in one
   * write. If the idempotency key was used before for the same bot, the command queued then is returned.
   *
   * @throws AppError NOT_FOUND    no such bot, or not one the actor may see
   * @throws AppError FORBIDDEN    the actor is no operator of the bot
   * @throws AppError INVALID_INPUT  the payload does not match the bot's manifest
   * @throws AppError CONFLICT     the idempotency key was used for another type or payload
   * @throws AppError UNAVAILABLE  too many writes are waiting; nothing was stored
   */
  async function send(actor: Actor, input: NewCommandInput, batch?: CheckBatch): Promise<Command> {
    const user = asUser(actor, "operate");
    const { team_id } = await bots.reach(actor, input.bot_id, "operator");
    return queue(input, team_id, user.user_id, batch);
  }

  /**
   * Queues a command as `send` does, for callers whose rights were checked already, such as those of 004's open mode,
   * which have no account.
   */
  async function queue(
    input: NewCommandInput,
    team_id: number | null,
    createdBy: number | null,
    batch?: CheckBatch,
  ): Promise<Command> {
    // The manifest is usually cached; `check` returns a promise only when it has to be read.
    const checking = manifests.check(input.bot_id, input.type, input.payload, batch);
    if (checking) await checking;
    const at = now();
    const row = rowOf(input, newId(), team_id, createdBy, at);
    // Do not lease a command for one shard here: the program that holds the shard leases it once it is queued.
    const isFree = row.run_at === null && row.shard === null;
    const isPushed = isFree && bots.hasSocket(row.bot_id) && delivery.room(row.bot_id) > 0;
    if (isPushed) {
      row.lease_expires_at = at + PUSH_LEASE_MS;
      row.pushed_by = self;
    }
    const span = tracing.start && beginSpan(row);
    const command = commandOf(row, input.payload);
    if (span) {
      row.traceparent = span.traceparent;
      command.traceparent = span.traceparent;
    }
    // Reserve the room before the write: commands queued at the same moment would otherwise all see it as free.
    if (isPushed) delivery.reserved(command);
    let queued: Command | null;
    try {
      queued = await store.enqueue(row);
    } catch (error) {
      if (isPushed) delivery.settled(row.bot_id, row.id);
      span?.end({ isFailed: true });
      throw error;
    }
    span?.end();
    if (queued) {
      if (isPushed) delivery.settled(row.bot_id, row.id);
      return sameCommand(queued, input);
    }
    if (isPushed) delivery.pushed(command);
    emit("command.queued", { command, team_id });
    return command;
  }

  /** Sends a command as `send` does, and explains where it went. */
  async function sendExplained(actor: Actor, input: NewCommandInput, batch?: CheckBatch): Promise<Sent> {
    const command = await send(actor, input, batch);
    return { command, delivery: await explain(actor, command) };
  }

  return { send, queue, sendExplained };
}
