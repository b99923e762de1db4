/**
 * Rules of signing in by Discord (document 003: Authentication; decision 006 says why the token travels as it does).
 * lib/identity/accounts decides who may sign in. LOOTLING_ROLE_ID, once set, also refuses people without a role in the guild.
 */
import type { Actor } from "@/lib/core/actor";
import type { LinkStatus } from "./contract";
import { createBeginning } from "./service.begin";
import { type Deps, IDENTITY } from "./service.common";
import { createFinishing } from "./service.finish";

export function createDiscordService(deps: Deps) {
  const { client, accounts } = deps;
  return {
    ...createBeginning(deps),
    ...createFinishing(deps),

    /** Returns whether this server offers sign-in with Discord. */
    available: (): boolean => client() !== undefined,

    /** Returns the caller's linked account. */
    async status(actor: Actor): Promise<LinkStatus> {
      const { linked: found, hasPassword } = await accounts.linkedIdentity(actor, IDENTITY);
      return {
        available: client() !== undefined,
        linked: found && { discord_id: found.id, username: found.username, avatar: found.avatar },
        has_password: hasPassword,
      };
    },

    /** Unlinks the caller's Discord account. @throws NOT_FOUND, CONFLICT */
    unlink: (actor: Actor): Promise<void> => accounts.unlinkIdentity(actor, IDENTITY),
  };
}
