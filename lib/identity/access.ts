/** Rights by role and ownership: pure functions of the caller. */
import type { Actor, Role } from "@/lib/core/actor";

/** Admins and moderators see every bot; moderators only read (CONTRACT: credentials). */
export const seesAll = (actor: Actor): boolean => actor.kind === "user" && actor.role !== "user";

/** The caller's rights on a bot. A bot on which they have none answers 404 as if it did not exist (CONTRACT: rule 7). */
export function mayOnBot(actor: Actor, bot: { id: string; owner_id: number | null }): "nothing" | "read" | "manage" {
  if (actor.kind === "bot") return actor.bot_id === bot.id ? "manage" : "nothing";
  if (actor.kind !== "user") return "nothing";
  if (actor.role === "admin" || actor.user_id === bot.owner_id) return actor.scope === "read" ? "read" : "manage";
  return actor.role === "moderator" ? "read" : "nothing";
}

/** Permissions a role carries, as document 003 lists them at login. */
export const permissionsOf = (role: Role): string[] =>
  role === "admin" ? ["all"] : role === "moderator" ? ["tickets", "users", "analytics"] : [];
