/** Queueing commands, and saying in words where one is. */
import { isDeepStrictEqual } from "node:util";
import { type Actor, asUser } from "@/lib/core/actor";
import { iso, isoOrNull } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import type { CheckBatch } from "@/lib/fleet/manifests";
import type { Command, Delivery, DispatchOptions } from "./contract";
import { ATTEMPTS_DEFAULT } from "./contract.constants";
import { PUSH_LEASE_MS } from "./delivery";
import type { Deps } from "./service.common";

type NewCommandInput = {
  bot_id: string;
  type: string;
  payload: Record<string, unknown>;
  retry_of?: string;
} & Partial<DispatchOptions>;
export type Sent = { command: Command; delivery: Delivery };

/** 2026-01-01T14:02:11.000Z as "2026-01-01 14:02 UTC". */
const clock = (time: string) => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;

export type Sending = ReturnType<typeof createSending>;

export function createSending(deps: Deps) {
  const { store, delivery, bots, manifests, emit, now, newId, connectedElsewhere = () => false } = deps;

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
  async function send(actor: Actor, input: NewCommandInput, batch?: CheckBatch): Promise<Command> {
    const user = asUser(actor, "operate");
    const { owner_id } = await bots.reach(actor, input.bot_id, "manage");
    return queue(input, owner_id, user.user_id, batch);
  }

  /** send() for callers whose right was checked already: 004's open mode has callers nobody knows. */
  async function queue(
    input: NewCommandInput,
    owner_id: number | null,
    createdBy: number | null,
    batch?: CheckBatch,
  ): Promise<Command> {
    // Mostly known already: a promise only when the manifest has to be read.
    const checking = manifests.check(input.bot_id, input.type, input.payload, batch);
    if (checking) await checking;
    const at = now();
    const runAt = input.run_at === undefined ? null : Date.parse(input.run_at);
    const expiresAt = input.expires_in === undefined ? null : Math.max(at, runAt ?? at) + input.expires_in * 1000;
    const waits = runAt !== null && runAt > at;
    const shard = input.shard ?? null;
    // A command for one shard is leased by the program that holds it, once it is queued.
    const pushing = !waits && shard === null && bots.hasSocket(input.bot_id) && delivery.room(input.bot_id) > 0;
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
      max_attempts: input.max_attempts ?? ATTEMPTS_DEFAULT,
      reason: null,
      progress: null,
      progress_note: null,
      retry_of: input.retry_of ?? null,
      shard,
    };
    // Before the write, so that commands queued in the same moment count each other.
    if (pushing) delivery.reserved(command);
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
        shard,
      });
    } catch (error) {
      if (pushing) delivery.settled(command.bot_id, command.id);
      throw error;
    }
    if (standing) {
      if (pushing) delivery.settled(command.bot_id, command.id);
      const isForSame = standing.type === input.type && standing.shard === shard;
      const same = isForSame && isDeepStrictEqual(standing.payload, input.payload);
      if (same) return standing;
      throw new AppError("CONFLICT", "This idempotency key was already used for a different command of this bot", {
        command: standing,
      });
    }
    if (pushing) delivery.pushed(command);
    emit("command.queued", { command, owner_id });
    return command;
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
  async function sendExplained(actor: Actor, input: NewCommandInput, batch?: CheckBatch): Promise<Sent> {
    const command = await send(actor, input, batch);
    return { command, delivery: await explain(actor, command) };
  }

  return { send, queue, sendExplained };
}
