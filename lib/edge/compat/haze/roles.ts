/** Roles and rights in the app's own words. */
import type { Role } from "@/lib/identity/accounts/contract";

const WORDS = { admin: "admin", moderator: "mod", user: "lootling" } as const satisfies Record<Role, string>;

/** The app's word for a role. */
export const wordOfRole = (role: Role): string => WORDS[role];

/** The role that the app's word means; anything else as it is, for the contract to refuse. */
export const roleOfWord = (word: unknown): unknown =>
  Object.entries(WORDS).find(([, one]) => one === word)?.[0] ?? word;

/**
 * The permissions that the app asks for before it shows a screen: `all` opens its staff screens, `mod` lets it offer to
 * remove posts, `meme_generator` is everybody's. They only decide what the app draws: every call is judged by the role.
 */
export function shownPermissions(role: Role, permissions: readonly string[]): string[] {
  const shown = role === "user" ? ["meme_generator"] : ["all", "mod", "meme_generator"];
  return [...new Set([...permissions, ...shown])];
}
