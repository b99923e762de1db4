/**
 * Rules of single sign-on. lib/identity/accounts decides which account an identity opens; decision 006 says where the
 * token travels and what a state is bound to. Both hold for every provider.
 */
import { type Actor, asUser } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import type { SsoLinks } from "./contract";
import { createBeginning } from "./service.begin";
import type { Deps } from "./service.common";
import { createFinishing } from "./service.finish";

export function createSsoService(deps: Deps) {
  const { providers, accounts } = deps;
  return {
    ...createBeginning(deps),
    ...createFinishing(deps),

    /** The providers of this server, as sign-in buttons show them. */
    listed: () => providers.map(({ settings: { id, name } }) => ({ id, name })),

    /** The caller's identities, those at Discord and in the directory left out, and the providers of this server. */
    async links(actor: Actor): Promise<SsoLinks> {
      const { links, hasPassword, directory } = await accounts.linkedIdentities(actor);
      return {
        directory,
        providers: this.listed(),
        links: links
          .filter(({ provider }) => provider !== "discord" && (directory === null || !provider.startsWith("ldap:")))
          .map(({ linkId, provider, username }) => {
            const settings = providers.find(({ key }) => key === provider)?.settings;
            const name = settings?.name ?? provider.replace(/^\w+:/, "");
            return { id: linkId, provider: settings?.id ?? null, name, username };
          }),
        has_password: hasPassword,
      };
    },

    /** Unlinks one of the caller's identities. @throws NOT_FOUND; CONFLICT when it is the only way in */
    async unlink(actor: Actor, linkId: string): Promise<void> {
      asUser(actor, "admin");
      const { links } = await accounts.linkedIdentities(actor);
      const link = links.find((one) => one.linkId === linkId);
      if (!link) throw new AppError("NOT_FOUND", "This identity is not linked to your account");
      await accounts.unlinkIdentity(actor, link.provider);
    },
  };
}
