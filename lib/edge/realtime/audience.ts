/**
 * The people who may see a bot's events: its owner and the staff (CONTRACT: live channels). Every event passes through
 * here.
 */
import type { Actor } from "@/lib/core/actor";
import { seesAll } from "@/lib/identity/access";

/** Rooms of sockets that get single events, by document 000. */
export const audienceOf = (ownerId: number | null): string[] =>
  ownerId === null ? ["staff"] : ["staff", `user:${ownerId}`];

/** The room of all admins' sockets, whatever they watch. */
export const ADMINS = "admins";

/** Returns the rooms that a signed-in person's socket joins. */
export const roomsOf = (actor: Extract<Actor, { kind: "user" }>): string[] => [
  `user:${actor.user_id}`,
  ...(seesAll(actor) ? ["staff"] : []),
];

/** Returns whether a watcher's scope includes a bot of this owner. */
export const hears = (scope: { user_id: number; staff: boolean }, ownerId: number | null): boolean =>
  scope.staff || (ownerId !== null && scope.user_id === ownerId);
