/** Rights by role and scope in this room, as pure functions. */
import type { UserActor } from "@/lib/core/actor";
import type { Role } from "./contract";
import type { KeyScope } from "./credentials/contract.keys";

const RANK: Record<KeyScope, number> = { read: 0, operate: 1, admin: 2 };

/** The most an API key of a user with this role may do. */
export const maxKeyScope = (role: Role): KeyScope => (role === "admin" ? "admin" : "operate");

export const scopeWithin = (scope: KeyScope, limit: KeyScope): boolean => RANK[scope] <= RANK[limit];

/** Limits a key's scope to what its user's role allows now: an admin who made it may have lost that role. */
export const boundedScope = (scope: KeyScope, role: Role): KeyScope =>
  scopeWithin(scope, maxKeyScope(role)) ? scope : maxKeyScope(role);

/** A profile is for its owner and for admins. */
export const maySeeProfile = (actor: UserActor, userId: number): boolean =>
  actor.user_id === userId || actor.role === "admin";
