/**
 * Signing in by a provider (document 003: Discord OAuth2). The provider says who somebody is; the rules are here:
 *
 * - A known identity signs its user in.
 * - An unknown one makes a new user while sign-up is open, with an address the provider has verified. It is never joined
 *   to an existing account because the addresses agree: addresses are not proved here, so whoever registered with
 *   somebody else's would share the account with that person. Who has an account links it while signed in.
 * - Roles at the provider decide the role, at each sign-in, of users the provider's identity made; never of others, and
 *   never so that nobody is left to administer.
 */

import type { z } from "zod";
import { type Actor, asUser } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { isInvisible, withoutDirection } from "@/lib/core/contract.names";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { logSecurity } from "@/lib/core/log/security-log";
import { permissionsOf } from "@/lib/identity/access";
import { Email, type Member, type Role, type verifyToken } from "@/lib/identity/accounts/contract";
import { withoutMix } from "@/lib/identity/accounts/contract.names";
import type { Client, SignedIn, SignInService, SignupMode } from "@/lib/identity/accounts/service";
import type { UserStore } from "@/lib/identity/accounts/store";
import { Taken, type UserRecord } from "@/lib/identity/accounts/store.rows";
import type { Identity, Linked, LinkStore } from "./store";

type Deps = {
  links: LinkStore;
  users: Pick<UserStore, "find" | "setAccess" | "discordId">;
  start: SignInService["start"];
  emit: Emit;
  now: Clock;
  newId: (prefix: string) => string;
  signup: () => Promise<SignupMode>;
  warn: (text: string) => void;
};
/** An identity as the provider tells it at a sign-in. */
export type Newcomer = Identity & { email: string | null; emailVerified: boolean; fullname: string };
/** Why somebody the provider knows is not let in. */
export type Refusal = "deactivated" | "signup-closed" | "email-unverified" | "email-taken";

/** A username of the provider's name: letters, digits, dot, dash and underscore only. */
const usernameOf = (name: string): string => {
  const plain = cutText(withoutMix(name.normalize("NFKC").replace(/[^\p{L}\p{N}_.-]+/gu, "_")), 48, "");
  return plain.length >= 3 ? plain : `user_${plain}`;
};

/** A user in document 003's flat form, with what is known of the linked identity. */
export const toMember = (
  user: { id: number; username: string; role: Role },
  linked: Pick<Linked, "discriminator" | "avatar"> | null,
): Member => ({
  user_id: String(user.id),
  username: user.username,
  discriminator: linked?.discriminator ?? "0",
  avatar: linked?.avatar ?? null,
  role: user.role,
  permissions: permissionsOf(user.role),
});

export function createLinkService({ links, users, start, emit, now, newId, signup, warn }: Deps) {
  /** The user with the role the provider gives. Its sessions end with the old one. */
  async function withRole(user: UserRecord, role: Role): Promise<UserRecord> {
    if (user.role === role) return user;
    const changed = await users.setAccess(user.id, { role });
    if (changed === "last-admin") {
      warn(`${user.username} is no admin at Discord any more but the last one here: still admin`);
      return user;
    }
    if (!changed || changed === "stale") return user;
    emit("access.revoked", { user_id: user.id });
    logSecurity("role_changed", { by: "discord", user_id: user.id, from: { role: user.role }, to: { role } });
    return changed;
  }

  /** A new user of that identity; null when it got one meanwhile. */
  async function enrol(newcomer: Newcomer, role: Role): Promise<UserRecord | Refusal | null> {
    const mode = await signup();
    if (mode === "closed" || mode === "unclaimed") return "signup-closed";
    const email = Email.safeParse(newcomer.email);
    if (!email.success || !newcomer.emailVerified) return "email-unverified";
    const wanted = usernameOf(newcomer.username);
    for (let attempt = 0; ; attempt++) {
      const username = attempt === 0 ? wanted : `${wanted}_${newId("u").slice(-6)}`;
      const name = withoutDirection(newcomer.fullname);
      const fullname = isInvisible(name) ? "" : cutText(name, 128);
      const user = { username, email: email.data, fullname, password_hash: null, role, created_at: now() };
      try {
        return await links.found(user, newcomer);
      } catch (error) {
        if (!(error instanceof Taken) || attempt >= 5) throw error;
        if (error.field === "email") return "email-taken";
      }
    }
  }

  return {
    /**
     * Signs the identity's user in.
     *
     * @param role what the provider's roles mean here; undefined when it was not asked for any
     */
    async signInBy(newcomer: Newcomer, role: Role | undefined, client: Client): Promise<SignedIn | Refusal> {
      let known = await links.find(newcomer);
      if (!known) {
        const made = await enrol(newcomer, role ?? "user");
        if (typeof made === "string") return made;
        if (made) return start(made, client, "Login successful");
        known = await links.find(newcomer);
        if (!known)
          throw new AppError("UNAVAILABLE", "Another change to this account is in progress; try again", undefined, 1);
      }
      if (!known.user.is_active) return "deactivated";
      await links.refresh(newcomer);
      const user = known.founding && role ? await withRole(known.user, role) : known.user;
      return start(user, client, "Login successful");
    },

    /** Links an identity to the caller's account. @returns why not, when it or the account is linked otherwise */
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
     * Takes the link away.
     *
     * @throws AppError NOT_FOUND  nothing is linked
     * @throws AppError CONFLICT   the account has no password, so nobody could sign in to it any more
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
