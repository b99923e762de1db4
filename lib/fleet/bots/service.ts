/** Rules of bots: who may see and change them, how they join, their tokens, status and settings. */

import { type Actor, asAdmin, asUser, type BotActor } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import { registerCache } from "@/lib/core/caches";
import { type Clock, iso } from "@/lib/core/clock";
import { placed } from "@/lib/core/cursors";
import { AppError, invalid } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { staleUpdate } from "@/lib/core/versions";
import { mayOnBot, seesAll } from "@/lib/identity/access";
import type { Bot, BotChange, BotListQuery } from "./contract";
import type { Part } from "./contract.shards";
import type { Presence } from "./presence";
import { createJoining, type InsertBot, MAX_BOTS_PER_USER } from "./service.join";
import { createOpenBots } from "./service.open";
import { type BotRow, type BotStore, CHANGE_FIELDS, toBot } from "./store";
import { uptime } from "./uptime";

type Deps = {
  store: BotStore;
  presence: Presence;
  /** The report of one part of a bot that runs as several programs. */
  reportPart(botId: string, part: Part, word: string): Promise<boolean>;
  emit: Emit;
  now: Clock;
  secrets: {
    newToken: () => string;
    newBotId: () => string;
    newClaimCode: () => string;
    hash: (token: string) => string;
    seal: (t: string) => string;
    unseal: (t: string) => string;
  };
};

/** How long a deletion is waited for before it is answered. */
const PATIENCE_MS = 1_000;

const notFound = (id: string) => new AppError("NOT_FOUND", `No bot ${cutText(id, 64, "")}`);
export type Need = "read" | "manage";
/** Removes what another room holds of a bot, a slice at a time. */
type Purge = (botId: string) => Promise<void>;

export function createBotService({ store, presence, reportPart, emit, now, secrets }: Deps) {
  /** Owners of bots lately asked for. Dropped on every change; 5 s bounds what another process may have changed. */
  const owners = new Map<string, { owner_id: number | null; until: number }>();
  const tokens = new Map<string, { actor: BotActor; until: number }>();
  registerCache("bots", { size: () => owners.size, clear: () => owners.clear() });
  registerCache("bot_tokens", { size: () => tokens.size, clear: () => tokens.clear() });
  const purges: Purge[] = [];
  const CACHE_MS = 5_000;

  const fresh = (row: BotRow): Bot => {
    const heard = presence.lastHeard(row.id);
    return toBot(heard && heard > (row.last_active ?? 0) ? { ...row, last_active: heard } : row);
  };

  function forget(botId: string) {
    owners.delete(botId);
    for (const [hash, { actor }] of tokens) if (actor.bot_id === botId) tokens.delete(hash);
  }

  function remember<V>(cache: Map<string, V>, key: string, value: V) {
    if (cache.size >= 20_000) cache.delete(cache.keys().next().value!);
    cache.set(key, value);
  }

  async function ownerOf(botId: string): Promise<number | null | undefined> {
    const known = owners.get(botId);
    if (known && known.until > now()) return known.owner_id;
    const row = await store.find(botId);
    if (row) remember(owners, botId, { owner_id: row.owner_id, until: now() + CACHE_MS });
    return row?.owner_id;
  }

  function demand(actor: Actor, bot: { id: string; owner_id: number | null }, need: Need) {
    const may = mayOnBot(actor, bot);
    if (may === "nothing") throw notFound(bot.id);
    if (need === "manage" && may === "read") throw new AppError("FORBIDDEN", "You can see this bot but not change it");
  }

  /**
   * The bot's owner, if the actor may do `need` with it. A bot acting on itself costs no look-up.
   *
   * @throws AppError NOT_FOUND  no such bot, or not one the actor may see
   * @throws AppError FORBIDDEN  the actor may only read it
   */
  async function reach(actor: Actor, botId: string, need: Need): Promise<{ id: string; owner_id: number | null }> {
    if (actor.kind === "bot") {
      if (actor.bot_id !== botId) throw notFound(botId);
      return { id: botId, owner_id: actor.owner_id };
    }
    const owner = await ownerOf(botId);
    if (owner === undefined) throw notFound(botId);
    const bot = { id: botId, owner_id: owner };
    demand(actor, bot, need);
    return bot;
  }

  async function row(actor: Actor, botId: string, need: Need): Promise<BotRow> {
    const found = await store.find(botId);
    if (!found) throw notFound(botId);
    demand(actor, found, need);
    return found;
  }

  const get = async (actor: Actor, botId: string): Promise<Bot> => fresh(await row(actor, botId, "read"));

  /** Those of the bots named that the actor may see, by id. At most 1000 at once. */
  async function getMany(actor: Actor, ids: string[]): Promise<Map<string, Bot>> {
    const found = await store.findMany(ids.slice(0, 1000));
    const seen = found.filter((one) => mayOnBot(actor, one) !== "nothing");
    return new Map(seen.map((one) => [one.id, fresh(one)]));
  }

  /** The actor a bot token stands for; null when there is none. */
  async function byToken(token: string): Promise<BotActor | null> {
    const hash = secrets.hash(token);
    const known = tokens.get(hash);
    if (known && known.until > now()) return known.actor;
    const found = await store.findByTokenHash(hash);
    if (!found) return null;
    const actor: BotActor = {
      kind: "bot",
      bot_id: found.id,
      owner_id: found.owner_id,
      unclaimed: found.claim_code !== null || found.unclaimed_until !== null,
    };
    remember(tokens, hash, { actor, until: now() + CACHE_MS });
    return actor;
  }

  /** Keyset page of bots. `mine`: the caller's; `visible`: all it may see; `all`: every bot, for admins. */
  async function list(
    actor: Actor,
    query: BotListQuery & { scope: "mine" | "visible" | "all" | { owner_id: number } },
  ) {
    const user = asUser(actor);
    if (query.scope === "all") asAdmin(actor);
    const owner =
      typeof query.scope === "object"
        ? query.scope.owner_id
        : query.scope === "mine" || !seesAll(actor)
          ? user.user_id
          : undefined;
    const page = query.scope === "all" ? undefined : owner;
    const { rows, keys } = await store.list({ ...query, owner_id: page, after: readCursor(query.cursor) });
    const shown = rows.slice(0, query.limit);
    const last = shown.length - 1;
    return {
      bots: shown.map((one, at) => placed(fresh(one), () => writeCursor([keys[at]!, one.id]))),
      // The total over all pages. A list that fits into one page is not counted again.
      count:
        query.cursor === undefined && rows.length <= query.limit
          ? shown.length
          : await store.count({ ...query, owner_id: page }),
      next_cursor: rows.length > query.limit && last >= 0 ? writeCursor([keys[last]!, shown[last]!.id]) : null,
    };
  }

  const insert: InsertBot = async (bot) => {
    const token = secrets.newToken();
    const inserted = await store.insert({
      ...bot,
      metadata: JSON.stringify(bot.metadata),
      token_hash: secrets.hash(token),
      token_cipher: secrets.seal(token),
      created_at: now(),
    });
    return inserted ? token : null;
  };

  async function announce(name: "bot.registered" | "bot.updated" | "bot.adopted", botId: string): Promise<Bot> {
    const found = await store.find(botId);
    if (!found) throw notFound(botId);
    const bot = fresh(found);
    emit(name, { bot });
    return bot;
  }

  async function create(actor: Actor, input: { name: string; metadata: Record<string, unknown> }) {
    const user = asUser(actor, "operate");
    if ((await store.countOwned(user.user_id)) >= MAX_BOTS_PER_USER)
      throw new AppError("CONFLICT", `An account can own at most ${MAX_BOTS_PER_USER} bots; delete some first`);
    const id = secrets.newBotId();
    const token = await insert({
      id,
      owner_id: user.user_id,
      ...input,
      status: "offline",
      origin: "created",
      unclaimed_until: null,
      claim_code: null,
      joined_from: null,
    });
    await announce("bot.registered", id);
    return { bot_id: id, token: token! };
  }

  /** Checks a bot's id and token (001 bot/auth). @throws UNAUTHORIZED */
  async function authenticate(input: { bot_id: string; token: string }): Promise<Bot> {
    const actor = await byToken(input.token);
    if (actor?.bot_id !== input.bot_id) throw new AppError("UNAUTHORIZED", "Unknown bot_id or wrong token");
    presence.seen(actor.bot_id);
    return get(actor, actor.bot_id);
  }

  /**
   * Changes the fields that are given.
   *
   * @param edited  the version the change was made from, if it must still be stored
   * @returns the new version
   * @throws AppError CONFLICT  another version is stored
   */
  async function update(actor: Actor, botId: string, change: BotChange, edited?: number): Promise<number> {
    await row(actor, botId, "manage");
    if (CHANGE_FIELDS.every((field) => change[field] === undefined))
      throw invalid("name", `send ${CHANGE_FIELDS.join(" or ")}`);
    const version = await store.update(botId, change, edited);
    if (version === undefined) {
      const stored = toBot(await row(actor, botId, "manage"));
      const value = Object.fromEntries(CHANGE_FIELDS.map((field) => [field, stored[field]]));
      throw staleUpdate("The bot", { version: stored.version, value }, edited!, { ...value, ...change });
    }
    await announce("bot.updated", botId);
    return version;
  }

  async function erase(found: BotRow): Promise<void> {
    await store.markDeleting(found.id);
    forget(found.id);
    presence.forget(found.id);
    emit("bot.deleted", { bot: { ...toBot(found), status: "offline" } });
    const done = finishErasing(found.id);
    // Months of logs take longer than a person waits; if it fails half-way, tidy() goes on with it.
    done.catch(() => {});
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref())]);
  }

  const erasing = new Map<string, Promise<void>>();
  function finishErasing(botId: string): Promise<void> {
    const underway = erasing.get(botId);
    if (underway) return underway;
    const work = (async () => {
      for (const purge of purges) await purge(botId);
      await store.erase(botId);
    })().finally(() => erasing.delete(botId));
    erasing.set(botId, work);
    return work;
  }

  async function token(actor: Actor, botId: string): Promise<string> {
    const { token_cipher } = await row(actor, botId, "manage");
    logSecurity("bot_token_viewed", { ...actorFields(actor), bot_id: botId });
    try {
      return secrets.unseal(token_cipher);
    } catch {
      // Sealed with another secret key, or withdrawn by a restore.
      throw new AppError("CONFLICT", "This bot's token can no longer be shown; regenerate it to get a new one");
    }
  }

  async function regenerateToken(actor: Actor, botId: string): Promise<string> {
    const found = await row(actor, botId, "manage");
    const next = secrets.newToken();
    await store.setToken(botId, secrets.hash(next), secrets.seal(next));
    forget(botId);
    emit("bot.token_changed", { bot: fresh(found) });
    logSecurity("bot_token_rotated", { ...actorFields(actor), bot_id: botId });
    return next;
  }

  /** A heartbeat with a word; told to watchers when the word changed or data came with it. */
  async function report(
    actor: Actor,
    botId: string,
    input: { status: string; data?: Record<string, unknown>; part?: Part | null },
  ): Promise<Bot> {
    await reach(actor, botId, "manage");
    if (input.part) await reportPart(botId, input.part, input.status);
    const changed = !input.part && (await presence.report(botId, input.status));
    const bot = await get(actor, botId);
    if (changed || input.data) emit("bot.status", { bot, data: input.data ?? {} });
    return bot;
  }

  async function settings(actor: Actor, botId: string) {
    const found = await row(actor, botId, "read");
    return { settings: readJson(found.settings) as Record<string, unknown>, version: found.settings_version };
  }

  /** Replaces the settings. @param edited as for `update` @throws AppError CONFLICT another version is stored */
  async function putSettings(actor: Actor, botId: string, value: Record<string, unknown>, edited?: number) {
    const found = await row(actor, botId, "manage");
    const version = await store.putSettings(botId, JSON.stringify(value), edited);
    if (version === undefined) {
      const stored = await settings(actor, botId);
      throw staleUpdate("The bot's settings", { version: stored.version, value: stored.settings }, edited!, value);
    }
    emit("bot.settings", { bot: fresh({ ...found, settings_version: version }), settings: value, version });
    return { settings: value, version };
  }

  async function botUptime(actor: Actor, botId: string, hours: number) {
    const { created_at } = await row(actor, botId, "read");
    const to = now();
    const from = to - hours * 3_600_000;
    const changes = await store.history(botId, from);
    const shown = changes.filter((change) => change.at >= from).slice(-200);
    return {
      hours,
      ...uptime(changes, from, to, 48, created_at),
      changes: shown.map(({ status, at }) => ({ status, at: iso(at) })),
    };
  }

  /** Called by presence after a status changed by itself (first heartbeat, silence). */
  async function announceStatus(botId: string): Promise<void> {
    const found = await store.find(botId);
    if (found) emit("bot.status", { bot: fresh(found), data: {} });
  }

  const joining = createJoining({
    ...{ store, presence, now, insert, announce, notFound, forget, erase },
    newClaimCode: secrets.newClaimCode,
  });
  const open = createOpenBots({
    ...{ store, fresh, erase, notFound },
    signOff: async (botId) => {
      if (await presence.report(botId, "offline")) await announceStatus(botId);
    },
  });

  return {
    reach,
    get,
    getMany,
    byToken,
    list,
    create,
    ...joining,
    ...open,
    authenticate,
    update,
    token,
    regenerateToken,
    report,
    settings,
    putSettings,
    uptime: botUptime,
    seen: presence.seen,
    hasSocket: presence.hasSocket,
    forget,
    /** Deletes a bot with all that is stored of it; nobody sees it any more, and the rest goes in the background. */
    remove: async (actor: Actor, botId: string) => erase(await row(actor, botId, "manage")),
    /** For lists of users: how many bots each owns. */
    countByOwner: store.countByOwner,
    /** Deletes every bot of an account. */
    async removeAllOf(ownerId: number): Promise<void> {
      for (const { id } of await store.ownedBy(ownerId)) {
        const found = await store.find(id);
        if (found) await erase(found);
      }
    },
    /** Names a function that removes what another room holds of a deleted bot. */
    onPurge: (purge: Purge) => void purges.push(purge),
    /** Background chores: unclaimed bots expire, interrupted deletions go on, old history goes. */
    async tidy(): Promise<void> {
      for (const { id } of await store.expired(now())) {
        const found = await store.find(id);
        if (found) await erase(found);
      }
      for (const { id } of await store.deleting()) await finishErasing(id);
      await store.pruneHistory(now() - 31 * 86_400_000);
    },
    announceStatus,
  };
}

const writeCursor = (place: [string | number, string]) => Buffer.from(JSON.stringify(place)).toString("base64url");

function readCursor(text: string | undefined): [string | number, string] | undefined {
  if (!text) return undefined;
  try {
    const place = readJson<unknown[]>(Buffer.from(text, "base64url").toString("utf8"));
    const [key, id] = place;
    if (place.length === 2 && (typeof key === "string" || Number.isFinite(key)) && typeof id === "string")
      return [key as string | number, id];
  } catch {}
  throw invalid("cursor", "is not a cursor of this list");
}

export type BotService = ReturnType<typeof createBotService>;
