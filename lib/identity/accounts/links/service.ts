/** Rules of identities at providers: signing in by one, and linking one to an account that is here. */
import type { z } from "zod";
import { type Actor, asUser } from "@/lib/core/actor";
import { accountTarget, describeAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { permissionsOf } from "@/lib/identity/access";
import type { Member, verifyToken } from "@/lib/identity/accounts/contract";
import type { DirectoryAccounts } from "@/lib/identity/accounts/directory/service.sign-in";
import { onlyWay } from "@/lib/identity/accounts/sign-in/gate";
import type { UserStore } from "@/lib/identity/accounts/store";
import { toMember } from "./member";
import { createProviderSignIn, type ProviderSignInDeps } from "./service.sign-in";
import type { Identity, Linked, LinkStore, OwnLink } from "./store";

/** The provider's name for people, from the key under which its identities are stored. */
function providerName(provider: string): string {
  if (provider.startsWith("oidc:")) return new URL(provider.slice(5)).host;
  if (provider.startsWith("ldap:")) return "LDAP directory";
  return provider === "github" ? "GitHub" : provider;
}

/** The change of a link, as its owner is notified of it. */
export const linkChange = (
  outcome: "linked" | "unlinked",
  { provider, username }: Pick<Identity, "provider" | "username">,
) =>
  provider === "discord"
    ? ({ change: `discord_${outcome}`, name: username } as const)
    : ({ change: `provider_${outcome}`, name: `${username} (${providerName(provider)})` } as const);

type OwnLinkDeps = {
  /** Whether people can sign in with a password. */
  acceptsPasswords: boolean;
  directory?: Pick<DirectoryAccounts, "key" | "name">;
  links: Pick<LinkStore, "link" | "unlink" | "ofUser" | "allOf">;
  users: Pick<UserStore, "find" | "discordId">;
  emit: Emit;
  now: Clock;
};

export const createLinkService = (deps: OwnLinkDeps & ProviderSignInDeps) => ({
  ...createProviderSignIn(deps),
  ...createOwnLinks(deps),
});

/**
 * Returns every identity that is linked to the caller's account, and whether it has a password.
 *
 * @returns `directory` names the LDAP directory whose password it is
 */
async function identitiesOf(
  {
    acceptsPasswords,
    directory,
    links,
    users,
  }: Pick<OwnLinkDeps, "acceptsPasswords" | "directory" | "links" | "users">,
  actor: Actor,
): Promise<{ links: OwnLink[]; hasPassword: boolean; directory: string | null }> {
  const { user_id } = asUser(actor);
  const [all, user] = await Promise.all([links.allOf(user_id), users.find(user_id)]);
  const isInDirectory = directory !== undefined && all.some(({ provider }) => provider === directory.key);
  return {
    links: all,
    hasPassword: isInDirectory || (acceptsPasswords && Boolean(user?.password_hash)),
    directory: isInDirectory ? directory.name : null,
  };
}

function createOwnLinks(deps: OwnLinkDeps) {
  const { acceptsPasswords, directory, links, users, emit, now } = deps;
  const linkedIdentities = (actor: Actor) => identitiesOf(deps, actor);
  return {
    /** Links an identity to the caller's account. @returns "linked", or why the identity cannot be linked */
    async linkIdentity(actor: Actor, identity: Identity): Promise<"linked" | "taken" | "other"> {
      const user = asUser(actor, "admin");
      const { user_id } = user;
      const after = { linked: linkChange("linked", identity).name };
      describeAct({ target: accountTarget({ ...user, id: user_id }), after });
      const outcome = await links.link(user_id, identity);
      if (outcome === "linked") emit("account.secured", { user_id, ...linkChange("linked", identity) });
      return outcome;
    },

    /** Returns the caller's linked account, and whether they could sign in without it. */
    async linkedIdentity(
      actor: Actor,
      provider: Identity["provider"],
    ): Promise<{ linked: Linked | null; hasPassword: boolean }> {
      const { user_id } = asUser(actor);
      const linked = await links.ofUser(user_id, provider);
      return { linked, hasPassword: (await linkedIdentities(actor)).hasPassword };
    },

    linkedIdentities,

    /**
     * Removes the link.
     *
     * @throws AppError NOT_FOUND nothing is linked
     * @throws AppError CONFLICT nobody could sign in to the account any more
     */
    async unlinkIdentity(actor: Actor, provider: Identity["provider"]): Promise<void> {
      const user = asUser(actor, "admin");
      const { user_id } = user;
      // Without the link, somebody who leaves the directory would stay here.
      if (provider === directory?.key) throw new AppError("CONFLICT", `Only the ${directory.name} can end this link`);
      const username = (await links.ofUser(user_id, provider))?.username ?? "";
      const before = { linked: linkChange("unlinked", { provider, username }).name };
      describeAct({ target: accountTarget({ ...user, id: user_id }), before });
      const outcome = await links.unlink(user_id, provider, now(), acceptsPasswords);
      if (outcome === "none") throw new AppError("NOT_FOUND", "This account is not linked to yours");
      if (outcome === "only-way") throw onlyWay(acceptsPasswords);
      emit("account.secured", { user_id, ...linkChange("unlinked", { provider, username }) });
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
