/** How bots join: they register themselves, and a person adopts or refuses those that came without a credential. */

import { type Actor, asAdmin, asUser } from "@/lib/core/actor";
import { type Clock, iso, isoOrNull } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import { mayOnBot } from "@/lib/identity/access";
import type { Bot } from "./contract";
import type { JoinRequest } from "./contract.joining";
import type { Presence } from "./presence";
import type { BotRow, BotStore } from "./store";

export type InsertBot = (bot: {
  id: string;
  owner_id: number | null;
  name: string;
  status: string;
  origin: BotRow["origin"];
  metadata: object;
  unclaimed_until: number | null;
  claim_code: string | null;
  joined_from: string | null;
}) => Promise<string | null>;

type Deps = {
  store: BotStore;
  presence: Presence;
  now: Clock;
  newClaimCode: () => string;
  insert: InsertBot;
  announce: (name: "bot.registered" | "bot.updated" | "bot.adopted", botId: string) => Promise<Bot>;
  notFound: (botId: string) => AppError;
  /** Drops what is cached of a bot and its token. */
  forget: (botId: string) => void;
  erase: (row: BotRow) => Promise<void>;
};

export const MAX_BOTS_PER_USER = 20_000;
/** Bots of 001 that wait to be adopted at a time, and for how long. */
export const MAX_UNCLAIMED = 50;
const UNCLAIMED_MS = 24 * 3_600_000;
/** Bots nobody owns of document 004's open mode. They stay until they unregister: in that mode that is normal use. */
export const MAX_OPEN = 1_000;

type Registration = { bot_id: string; name?: string; status?: string; metadata?: Record<string, unknown> };
/** `open`: document 004's open mode, where who has no credential may register. `replace`: what is not sent is cleared. */
type RegisterOptions = { open?: boolean; replace?: boolean };

export function createJoining(deps: Deps) {
  const { store, presence, now, newClaimCode, insert, announce, notFound, forget, erase } = deps;

  async function room(owner: number | null, open: boolean) {
    if (owner !== null && (await store.countOwned(owner)) >= MAX_BOTS_PER_USER)
      throw new AppError("CONFLICT", `An account can own at most ${MAX_BOTS_PER_USER} bots; delete some first`);
    const full = open
      ? (await store.countUnclaimed("open")) >= MAX_OPEN
      : (await store.countUnclaimed("registered")) >= MAX_UNCLAIMED;
    if (owner === null && full)
      throw new AppError(
        "CONFLICT",
        "Too many bots wait to be adopted; adopt or refuse some, or register with a credential",
      );
  }

  async function again(actor: Actor, existing: BotRow, input: Registration, { open, replace }: RegisterOptions) {
    const mayOpen = open && actor.kind === "public" && existing.origin === "open";
    if (actor.kind === "public" && !mayOpen)
      throw new AppError("UNAUTHORIZED", "This bot is registered: send its token as Authorization: Bearer <token>");
    if (!mayOpen && mayOnBot(actor, existing) !== "manage")
      throw new AppError("CONFLICT", "This bot_id is taken; choose another");
    await store.update(existing.id, {
      name: input.name ?? (replace ? existing.id : undefined),
      metadata: input.metadata ?? (replace ? {} : undefined),
    });
    await presence.report(existing.id, input.status ?? "online");
  }

  /**
   * A bot introduces itself (001, 004). Who presents a credential creates or updates a bot of its user; who has none
   * makes an unclaimed one. The token is told once, when the bot is made; the claim code until somebody adopted it.
   *
   * @throws AppError UNAUTHORIZED the bot exists and no credential was sent
   * @throws AppError CONFLICT     the id is another user's, or too many bots wait to be adopted
   */
  async function register(actor: Actor, input: Registration, options: RegisterOptions = {}) {
    if (actor.kind === "bot" && actor.bot_id !== input.bot_id)
      throw new AppError("FORBIDDEN", `This token belongs to bot ${actor.bot_id}; it cannot register ${input.bot_id}`);
    const existing = await store.find(input.bot_id);
    let token: string | null = null;
    let claimCode = existing?.claim_code ?? null;
    if (existing) {
      await again(actor, existing, input, options);
    } else {
      const owner = actor.kind === "user" ? asUser(actor, "operate").user_id : null;
      if (actor.kind === "bot") throw notFound(input.bot_id);
      const open = owner === null && Boolean(options.open);
      await room(owner, open);
      claimCode = owner === null ? newClaimCode() : null;
      token = await insert({
        id: input.bot_id,
        owner_id: owner,
        name: input.name ?? input.bot_id,
        status: input.status ?? "online",
        origin: open ? "open" : "registered",
        metadata: input.metadata ?? {},
        unclaimed_until: owner === null && !open ? now() + UNCLAIMED_MS : null,
        claim_code: claimCode,
        joined_from: actor.kind === "public" ? actor.ip : null,
      });
      if (!token) {
        // Registered in between: by somebody else, or by the same bot that starts twice.
        const meanwhile = await store.find(input.bot_id);
        if (!meanwhile) throw new AppError("CONFLICT", "Another bot took this bot_id just now; try again");
        await again(actor, meanwhile, input, options);
        claimCode = meanwhile.claim_code;
      }
    }
    const bot = await announce("bot.registered", input.bot_id);
    return {
      bot: { id: bot.id, name: bot.name, status: bot.status, registered_at: bot.created_at, metadata: bot.metadata },
      ...(token ? { token } : {}),
      ...(claimCode ? { claim_code: claimCode } : {}),
    };
  }

  /**
   * Bots that wait to be adopted, the newest first (at most 1000), with their claim codes: who reads one can take the bot.
   *
   * @throws AppError FORBIDDEN unless an admin asks, with a credential that may do more than read
   */
  async function joinRequests(actor: Actor): Promise<JoinRequest[]> {
    asAdmin(actor, "operate");
    return (await store.unclaimed()).map((row) => ({
      bot_id: row.id,
      name: row.name,
      status: row.status,
      origin: row.origin === "open" ? "open" : "registered",
      claim_code: row.claim_code!,
      joined_from: row.joined_from,
      requested_at: iso(row.created_at),
      expires_at: isoOrNull(row.unclaimed_until),
      metadata: readJson(row.metadata),
    }));
  }

  /**
   * Makes the caller the owner of a waiting bot. By id this is an admin's right; the claim code is proof enough for
   * anybody, because only the bot and the admins show it.
   *
   * @throws AppError FORBIDDEN  by id, and not an admin; or the key's scope is short of `operate`
   * @throws AppError NOT_FOUND  no bot waits under that id or code
   * @throws AppError CONFLICT   somebody adopted it in the same moment, or the account owns too many bots
   */
  async function adopt(actor: Actor, by: { bot_id?: string; claim_code?: string }): Promise<Bot> {
    const user = by.bot_id === undefined ? asUser(actor, "operate") : asAdmin(actor, "operate");
    const row = by.bot_id === undefined ? await store.findByClaimCode(by.claim_code!) : await store.find(by.bot_id);
    if (!row?.claim_code)
      throw new AppError(
        "NOT_FOUND",
        by.bot_id === undefined
          ? "No bot is waiting with this claim code"
          : `No bot ${cutText(by.bot_id, 64, "")} is waiting`,
      );
    await room(user.user_id, false);
    if (!(await store.adopt(row.id, user.user_id)))
      throw new AppError("CONFLICT", "Someone else has just adopted this bot");
    forget(row.id);
    return announce("bot.adopted", row.id);
  }

  /** Deletes a waiting bot. @throws AppError NOT_FOUND it does not wait; FORBIDDEN unless an admin asks */
  async function refuse(actor: Actor, botId: string): Promise<void> {
    asAdmin(actor, "operate");
    const row = await store.find(botId);
    if (!row?.claim_code) throw new AppError("NOT_FOUND", `No bot ${cutText(botId, 64, "")} waits to be adopted`);
    await erase(row);
  }

  return { register, joinRequests, adopt, refuse };
}
