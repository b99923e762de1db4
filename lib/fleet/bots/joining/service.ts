/** The bot's side of adoption: bots register themselves at each start, and wait until a person adopts them. */
import { type Actor, asUser } from "@/lib/core/actor";
import { currentContext, describeUpdate, noteAct, withinContext } from "@/lib/core/acts";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import type { Presence } from "@/lib/fleet/bots/presence/presence";
import { noBot } from "@/lib/fleet/bots/service.access";
import type { Announce, InsertBot } from "@/lib/fleet/bots/service.common";
import type { BotStore } from "@/lib/fleet/bots/store";
import { type BotRow, toBot } from "@/lib/fleet/bots/store.rows";
import { facetsOf } from "@/lib/fleet/bots/tags/labels";
import { reaches, roleOnBot } from "@/lib/identity/access";

type Deps = {
  store: Pick<BotStore, "find" | "update" | "countUnclaimed">;
  presence: Pick<Presence, "report">;
  insert: InsertBot;
  announce: Announce;
  now: Clock;
  newClaimCode: () => string;
};

/** The most bots of document 001 that may wait to be adopted at a time, and how long each may wait. */
export const MAX_UNCLAIMED = 50;
const UNCLAIMED_MS = 24 * 3_600_000;
/**
 * The most bots without an owner that document 004's open mode may register. They stay until they unregister, because
 * that is normal use in this mode.
 */
export const MAX_OPEN = 1_000;

type Registration = { bot_id: string; name?: string; status?: string; metadata?: Record<string, unknown> };
/**
 * `open`: document 004's open mode, where callers without a credential may register. `replace`: clear the fields that
 * are not sent.
 */
type RegisterOptions = { open?: boolean; replace?: boolean };
/** `token` is set for a new bot, `claimCode` for a bot that waits to be adopted. */
type Joined = { token: string | null; claimCode: string | null };

const versionIn = (metadata: Record<string, unknown>): string | undefined =>
  facetsOf(metadata).find(({ kind }) => kind === "version")?.name;

/** Records in the audit log that a bot runs another version than before: a deploy. Its other starts leave no record. */
async function noteVersion(actor: Actor, bot: BotRow, metadata: Record<string, unknown> | undefined): Promise<void> {
  const [before, after] = [versionIn(toBot(bot).metadata), metadata && versionIn(metadata)];
  if (after === undefined || after === before) return;
  const description = {
    target: { type: "bot", id: bot.id, name: bot.name },
    team_id: bot.owner_id,
    before: { version: before ?? null },
    after: { version: after },
  };
  // Requests of bots have no act of their own, and so no context that names the caller.
  await withinContext({ ...currentContext(), actor }, () => noteAct("registerBot", description));
}

/** Runs an update with what the audit log has to know about it. */
async function recordUpdate(actor: Actor, bot: BotRow, change: Change, update: () => Promise<unknown>): Promise<void> {
  if (actor.kind === "user") describeUpdate({ type: "bot", id: bot.id }, toBot(bot), change);
  await update();
  if (actor.kind === "bot") await noteVersion(actor, bot, change.metadata);
}
type Change = { name?: string; metadata?: Record<string, unknown> };

export function createJoining({ store, presence, insert, announce, now, newClaimCode }: Deps) {
  /** @throws AppError CONFLICT too many bots wait for an owner */
  async function demandRoom(open: boolean): Promise<void> {
    if ((await store.countUnclaimed(open ? "open" : "registered")) >= (open ? MAX_OPEN : MAX_UNCLAIMED))
      throw new AppError(
        "CONFLICT",
        "Too many bots wait to be adopted; adopt or refuse some, or register with a credential",
      );
  }

  /** Updates a bot that is already registered. */
  async function reregister(actor: Actor, bot: BotRow, input: Registration, options: RegisterOptions): Promise<Joined> {
    const mayOpen = options.open && actor.kind === "public" && bot.origin === "open";
    if (actor.kind === "public" && !mayOpen)
      throw new AppError("UNAUTHORIZED", "This bot is registered: send its token as Authorization: Bearer <token>");
    if (!mayOpen && !reaches(roleOnBot(actor, bot), "maintainer"))
      throw new AppError("CONFLICT", "This bot_id is taken; choose another");
    const name = input.name ?? (options.replace ? bot.id : undefined);
    const metadata = input.metadata ?? (options.replace ? {} : undefined);
    await recordUpdate(actor, bot, { name, metadata }, () => store.update(bot.id, { name, metadata }));
    await presence.report(bot.id, input.status ?? "online");
    return { token: null, claimCode: bot.claim_code };
  }

  async function makeBot(actor: Actor, input: Registration, options: RegisterOptions): Promise<Joined> {
    const owner = actor.kind === "user" ? asUser(actor, "operate").user_id : null;
    if (actor.kind === "bot") throw noBot(input.bot_id);
    const open = owner === null && Boolean(options.open);
    if (owner === null) await demandRoom(open);
    const claimCode = owner === null ? newClaimCode() : null;
    const token = await insert(actor, {
      id: input.bot_id,
      team_id: owner,
      name: input.name ?? input.bot_id,
      status: input.status ?? "online",
      origin: open ? "open" : "registered",
      metadata: input.metadata ?? {},
      unclaimed_until: owner === null && !open ? now() + UNCLAIMED_MS : null,
      claim_code: claimCode,
      joined_from: actor.kind === "public" ? actor.ip : null,
    });
    if (token) return { token, claimCode };
    // The id was registered since the look-up: by another caller, or by the same bot started twice.
    const meanwhile = await store.find(input.bot_id);
    if (!meanwhile)
      throw new AppError("CONFLICT", "The bot that had this bot_id is still being deleted; try again in a moment");
    return reregister(actor, meanwhile, input, options);
  }

  /**
   * Registers a bot that introduces itself (001, 004). With a credential it creates or updates a bot of the caller;
   * without one it creates an unclaimed bot. The answer that creates the bot contains its token, and no later answer
   * does. The claim code is in every answer until somebody has adopted the bot.
   *
   * @throws AppError UNAUTHORIZED the bot exists and no credential was sent
   * @throws AppError CONFLICT     the id belongs to another user, or too many bots wait to be adopted
   */
  async function register(actor: Actor, input: Registration, options: RegisterOptions = {}) {
    if (actor.kind === "bot" && actor.bot_id !== input.bot_id)
      throw new AppError("FORBIDDEN", `This token belongs to bot ${actor.bot_id}; it cannot register ${input.bot_id}`);
    const existing = await store.find(input.bot_id);
    const { token, claimCode } = existing
      ? await reregister(actor, existing, input, options)
      : await makeBot(actor, input, options);
    const bot = await announce("bot.registered", input.bot_id);
    return {
      bot: { id: bot.id, name: bot.name, status: bot.status, registered_at: bot.created_at, metadata: bot.metadata },
      ...(token ? { token } : {}),
      ...(claimCode ? { claim_code: claimCode } : {}),
    };
  }

  return { register };
}
