/** Rules of accounts at providers (Discord): signing in by one, and linking one to an account that is here. */
import type { z } from "zod";
import { type Actor, asUser } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { permissionsOf } from "@/lib/identity/access";
import type { Member, verifyToken } from "@/lib/identity/accounts/contract";
import type { UserStore } from "@/lib/identity/accounts/store";
import { toMember } from "./member";
import { createProviderSignIn, type ProviderSignInDeps } from "./service.sign-in";
import type { Identity, Linked, LinkStore } from "./store";

type OwnLinkDeps = {
  links: Pick<LinkStore, "link" | "unlink" | "ofUser">;
  users: Pick<UserStore, "find" | "discordId">;
  emit: Emit;
  now: Clock;
};

export const createLinkService = (deps: OwnLinkDeps & ProviderSignInDeps) => ({
  ...createProviderSignIn(deps),
  ...createOwnLinks(deps),
});

function createOwnLinks({ links, users, emit, now }: OwnLinkDeps) {
  return {
    /** Links an identity to the caller's account. @returns "linked", or why the identity cannot be linked */
    async linkIdentity(actor: Actor, identity: Identity): Promise<"linked" | "taken" | "other"> {
      const { user_id } = asUser(actor, "admin");
      const outcome = await links.link(user_id, identity);
      if (outcome === "linked") emit("account.secured", { user_id, change: "discord_linked", name: identity.username });
      return outcome;
    },

    /** Returns the caller's linked account, and whether they could sign in without it. */
    async linkedIdentity(
      actor: Actor,
      provider: Identity["provider"],
    ): Promise<{ linked: Linked | null; hasPassword: boolean }> {
      const { user_id } = asUser(actor);
      const [linked, user] = await Promise.all([links.ofUser(user_id, provider), users.find(user_id)]);
      return { linked, hasPassword: Boolean(user?.password_hash) };
    },

    /**
     * Removes the link.
     *
     * @throws AppError NOT_FOUND nothing is linked
     * @throws AppError CONFLICT the account has no password, so nobody could sign in to it any more
     */
    async unlinkIdentity(actor: Actor, provider: Identity["provider"]): Promise<void> {
      const { user_id } = asUser(actor, "admin");
      const name = (await links.ofUser(user_id, provider))?.username ?? "";
      const outcome = await links.unlink(user_id, provider, now());
      if (outcome === "none") throw new AppError("NOT_FOUND", "This account is not linked to yours");
      if (outcome === "only-way")
        throw new AppError(
          "CONFLICT",
          "It is the only way into your account: set a password first, by way of the reset link (Forgot password)",
        );
      emit("account.secured", { user_id, change: "discord_unlinked", name });
    },

    /** The caller in document 003's form. */
    async member(actor: Actor): Promise<Member> {
      const user = asUser(actor);
      return toMember({ ...user, id: user.user_id }, await links.ofUser(user.user_id, "discord"));
    },

    /** Returns the identity behind a valid credential. @throws UNAUTHORIZED for credentials that are not a person's */
    async verify(actor: Actor): Promise<z.infer<typeof verifyToken.response>> {
      const { user_id, username, role } = asUser(actor);
      return {
        valid: true,
        user_id: String(user_id),
        username,
        discord_id: await users.discordId(user_id),
        role,
        permissions: permissionsOf(role),
      };
    },
  };
}
