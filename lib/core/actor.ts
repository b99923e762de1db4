/** The caller of an operation. Every service function takes an Actor first; policies are pure functions of it. */
import { AppError } from "./errors";

export type Role = "user" | "moderator" | "admin";
/** The rights of an API key. Sessions have "admin", bounded by the user's role. */
export type Scope = "read" | "operate" | "admin";

export type UserActor = {
  kind: "user";
  user_id: number;
  username: string;
  email: string;
  fullname: string;
  role: Role;
  scope: Scope;
  created_at: string;
  /** Set when the credential is a session (cookie or JWT). */
  session_id?: string;
  /** Set when the credential is an API key. */
  key_id?: string;
};

export type BotActor = {
  kind: "bot";
  bot_id: string;
  owner_id: number | null;
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
export const callerKey = (actor: Actor): string =>
  actor.kind === "user" ? `u${actor.user_id}` : actor.kind === "bot" ? `b${actor.bot_id}` : networkOf(actor.ip);

/**
 * Returns whether the actor's credential has ended. If neither a session nor a key is named, all credentials of the
 * user have.
 */
export const isRevoked = (actor: Actor, ended: { user_id: number; session_id?: string; key_id?: string }): boolean =>
  actor.kind === "user" &&
  actor.user_id === ended.user_id &&
  (!ended.session_id || actor.session_id === ended.session_id) &&
  (!ended.key_id || actor.key_id === ended.key_id);

/** The caller as a user whose credential reaches `scope`. @throws UNAUTHORIZED, FORBIDDEN */
export function asUser(actor: Actor, scope: Scope = "read"): UserActor {
  if (actor.kind !== "user") throw new AppError("UNAUTHORIZED", "Sign in, or send an API key as a Bearer token");
  if (SCOPE_RANK[actor.scope] < SCOPE_RANK[scope])
    throw new AppError("FORBIDDEN", `This API key has scope "${actor.scope}"; this needs "${scope}"`);
  return actor;
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
