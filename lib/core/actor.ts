/** The caller of an operation. Every service function takes an Actor first; policies are pure functions of it. */
import { type Area, BOT_AREAS, levelOf, NAMED_AREAS } from "./contract.areas";
import type { TeamRole } from "./contract.roles";
import { AppError } from "./errors";

export type Role = "user" | "moderator" | "admin";
/** The rights of an API key. Sessions have "admin", bounded by the user's role. */
export type Scope = "read" | "operate" | "admin";

/** Limits of an API key beyond its scope. */
export type KeyLimits = {
  /** The areas that the key reaches; absent for a key with one of the older scopes. */
  areas?: ReadonlySet<Area>;
  /** The bots that the key reaches. Without bots and tags it reaches all that its owner does. */
  bots?: ReadonlySet<string>;
  /** Tags, in the spelling by which they are compared: the key reaches the bots that have one of them now (`Rights.byTag`). */
  tags?: ReadonlySet<string>;
  /** Tests an address that the key is used from; absent when it works from everywhere. */
  allows?: (ip: string) => boolean;
  /** The team that a service key acts for; absent when the key is a person's. */
  team?: number;
};

/** A role on one bot; `ends_at` in epoch ms. `tag`: the shared tag that gives it. */
export type BotRight = { role: TeamRole; ends_at: number | null; tag?: string };
/**
 * The teams and shared bots that a person reaches beside the personal team. All credentials of a person in this process share one object, which
 * `lib/identity/teams` changes in place, so that sockets and subscriptions follow a change at once.
 */
export type Rights = {
  teams: ReadonlyMap<number, TeamRole>;
  bots: ReadonlyMap<string, readonly BotRight[]>;
  /** The reached bots that have a tag from people, for each tag that a key in use is limited to. */
  byTag?: ReadonlyMap<string, ReadonlySet<string>>;
};

export type UserActor = {
  kind: "user";
  /** The person; for a service key the team, whose ids are apart from those of people (docs/decisions/023-service-keys.md). */
  user_id: number;
  username: string;
  email: string;
  fullname: string;
  role: Role;
  scope: Scope;
  created_at: string;
  /** Without it the person reaches the personal team only, and a key that is limited to tags reaches no bot by them. */
  rights?: Rights;
  /** Set when the credential is a session (cookie or JWT). */
  session_id?: string;
  /** Set for sessions of accounts with an authenticator app or a passkey. */
  has_second_factor?: true;
  /** Set when the credential is an API key. */
  key_id?: string;
  /** Set when the credential is an API key with limits. */
  limits?: KeyLimits;
  /**
   * The address of a caller without a credential whom OPEN_OPS_API lets in. Such a caller acts as the oldest admin, on the
   * paths of document 002 alone.
   */
  local_ip?: string;
};

export type BotActor = {
  kind: "bot";
  bot_id: string;
  /** The team that owns the bot. */
  team_id: number | null;
  /** True until somebody adopts the bot: it may poll and report its status, nothing else. */
  unclaimed: boolean;
};

type PublicActor = { kind: "public"; ip: string };
export type Actor = UserActor | BotActor | PublicActor;

const SCOPE_RANK: Record<Scope, number> = { read: 0, operate: 1, admin: 2 };

/**
 * Returns the network that limits count as one address. For IPv6 that is the /64, because whoever has one address in it
 * can use all of them.
 */
export function networkOf(ip: string): string {
  if (!ip.includes(":")) return ip;
  const [before = "", after] = ip.toLowerCase().split("::");
  const left = before.split(":").filter(Boolean);
  const right = (after ?? "").split(":").filter(Boolean);
  const groups = [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}

/** The key of a caller's budgets and caches: one per person, bot or address. */
export function callerKey(actor: Actor): string {
  if (actor.kind === "bot") return `b${actor.bot_id}`;
  if (actor.kind === "public") return networkOf(actor.ip);
  return actor.local_ip === undefined ? `u${actor.user_id}` : `local:${networkOf(actor.local_ip)}`;
}

/** Whether OPEN_OPS_API let the caller in without a credential. */
export const isLocalCaller = (actor: Actor): boolean => actor.kind === "user" && actor.local_ip !== undefined;

/**
 * Returns whether the actor's credential has ended. If neither a session nor a key is named, all credentials of the
 * user have.
 */
export const isRevoked = (actor: Actor, ended: { user_id: number; session_id?: string; key_id?: string }): boolean =>
  actor.kind === "user" &&
  actor.user_id === ended.user_id &&
  (!ended.session_id || actor.session_id === ended.session_id) &&
  (!ended.key_id || actor.key_id === ended.key_id);

/** Returns whether a key is limited to chosen bots, by their ids or by tags. */
export const isOfChosenBots = (limits: KeyLimits | undefined): boolean =>
  limits?.bots !== undefined || limits?.tags !== undefined;

/** The bots that a key reaches by each of its tags at present. */
const taggedBots = ({ limits, rights }: UserActor): ReadonlySet<string>[] =>
  [...(limits?.tags ?? [])].flatMap((tag) => rights?.byTag?.get(tag) ?? []);

/** Returns whether the actor's key, if it is limited to chosen bots, may reach this one. */
export const keyReaches = (actor: Actor, botId: string): boolean =>
  actor.kind !== "user" ||
  !isOfChosenBots(actor.limits) ||
  Boolean(actor.limits?.bots?.has(botId)) ||
  taggedBots(actor).some((bots) => bots.has(botId));

/** The bots that the actor's key is limited to at present; undefined without such a limit. */
export const keyBots = (actor: Actor): string[] | undefined =>
  actor.kind === "user" && isOfChosenBots(actor.limits)
    ? [...new Set([...(actor.limits?.bots ?? []), ...taggedBots(actor).flatMap((bots) => [...bots])])]
    : undefined;

/** Returns whether the actor is a service key: it acts for a team, and no person stands behind it. */
export const isServiceKey = (actor: Actor): boolean => actor.kind === "user" && actor.limits?.team !== undefined;

/**
 * The actor as operations of an area see it: a key with areas has the level of this one there. Callers without limits are
 * returned unchanged.
 *
 * @throws AppError FORBIDDEN  names the scope that the key lacks
 */
export function withinArea<A extends Actor>(actor: A, area: Area): A {
  if (actor.kind !== "user" || !actor.limits) return actor;
  const { areas } = actor.limits;
  if (isOfBotsAlone(actor.limits) && !BOT_AREAS.has(area))
    throw new AppError("FORBIDDEN", `${limitText(actor.limits)}; this reaches beyond them`, { scope: area });
  if (!mayArea(actor, area)) throw new AppError("FORBIDDEN", `This API key lacks the scope "${area}"`, { scope: area });
  return areas ? { ...actor, scope: levelOf(area) } : actor;
}

const isOfBotsAlone = (limits: KeyLimits): boolean => isOfChosenBots(limits) || limits.team !== undefined;

const limitText = (limits: KeyLimits): string =>
  isOfChosenBots(limits)
    ? "This API key is limited to chosen bots"
    : "This service key is limited to the bots of its team";

/** Returns whether the actor's key reaches an area, which every caller without limits does. */
export function mayArea(actor: Actor, area: Area): boolean {
  if (actor.kind !== "user" || !actor.limits) return true;
  const { areas } = actor.limits;
  const isOfBots = isOfBotsAlone(actor.limits);
  if (isOfBots && !BOT_AREAS.has(area)) return false;
  return areas ? areas.has(area) || areas.has("admin") : !isOfBots || !NAMED_AREAS.has(area);
}

/** The caller as a user whose credential reaches `scope`. @throws UNAUTHORIZED, FORBIDDEN */
export function asUser(actor: Actor, scope: Scope = "read"): UserActor {
  if (actor.kind !== "user") throw new AppError("UNAUTHORIZED", "Sign in, or send an API key as a Bearer token");
  if (SCOPE_RANK[actor.scope] < SCOPE_RANK[scope])
    throw new AppError("FORBIDDEN", `This API key has scope "${actor.scope}"; this needs "${scope}"`);
  return actor;
}

/** The caller as the person at a session. @throws UNAUTHORIZED; FORBIDDEN for an API key */
export function asSession(actor: Actor): UserActor & { session_id: string } {
  const { session_id, ...user } = asUser(actor, "admin");
  if (session_id === undefined) throw new AppError("FORBIDDEN", "An API key may not do this: sign in to do it");
  return { ...user, session_id };
}

/** The caller as an admin. @throws UNAUTHORIZED, FORBIDDEN */
export function asAdmin(actor: Actor, scope: Scope = "read"): UserActor {
  const user = asUser(actor, scope);
  if (user.role !== "admin") throw new AppError("FORBIDDEN", "Only an admin may do this");
  return user;
}

/** The caller as an admin or moderator. @throws UNAUTHORIZED, FORBIDDEN */
export function asStaff(actor: Actor, scope: Scope = "read"): UserActor {
  const user = asUser(actor, scope);
  if (user.role === "user") throw new AppError("FORBIDDEN", "Only staff may do this");
  return user;
}
