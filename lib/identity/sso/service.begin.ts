/** Begins a sign-in or the linking of an identity: builds the address that a browser is sent to. */
import { type Actor, asUser } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { endOf, endsInApp, INVITATION_PAGE } from "./landing";
import { problem } from "./request";
import { type Deps, providerOf } from "./service.common";
import { type Begun, STATE_MS } from "./states";

export function createBeginning(deps: Deps) {
  const { landings, accounts, states, now } = deps;

  /** @param browser the cookie's value; its hash goes into the state */
  async function begin(
    begun: Pick<Begun, "platform" | "next" | "link" | "challenge" | "loopback" | "invitation"> & { provider: string },
    browser: string | undefined,
  ): Promise<{ auth_url: string }> {
    const { client } = providerOf(deps, begun.provider);
    const state: Begun = {
      ...begun,
      nonce: deps.newNonce(),
      expires: now() + STATE_MS,
      ...(browser !== undefined && { browser: deps.hash(browser) }),
    };
    const auth_url = await client.authorizeUrl(states.write(state), states.challengeOf(state), states.nonceOf(state));
    return { auth_url };
  }

  return {
    /**
     * Begins a sign-in.
     *
     * @param browser value of the cookie that binds it to one browser (web)
     * @throws AppError NOT_FOUND      no such provider
     * @throws AppError INVALID_INPUT  the platform has no address to end at
     * @throws AppError BAD_GATEWAY, GATEWAY_TIMEOUT  the issuer does not answer
     */
    startSignIn(provider: string, query: Parameters<typeof endOf>[1], browser: string) {
      providerOf(deps, provider);
      const end = endOf(landings, query);
      // An app's browser is not the one that asked, so only a web sign-in is bound to its browser.
      return begin({ provider, ...end }, endsInApp(end) ? undefined : browser);
    },

    /**
     * Begins a sign-in that accepts an invitation. Whoever has an account already returns to the invitation's page.
     *
     * @throws AppError INVALID_INPUT the invitation is over; and those of `startSignIn`
     */
    async startInvitation(provider: string, token: string, browser: string) {
      providerOf(deps, provider);
      const invitation = await accounts.invitationKey(token);
      return begin({ provider, platform: "web", next: INVITATION_PAGE, invitation }, browser);
    },

    /**
     * Begins to link an identity to the caller's account. A stolen session must not add a way in, so the account's password
     * is asked for.
     *
     * @throws AppError INVALID_INPUT  the password is missing or wrong
     * @throws AppError FORBIDDEN for API keys; NOT_FOUND, CONFLICT, and those of `startSignIn`
     */
    async startLink(actor: Actor, provider: string, input: { password?: string }, browser: string) {
      const { key } = providerOf(deps, provider);
      const { user_id, session_id } = asUser(actor, "admin");
      if (!session_id)
        throw new AppError("FORBIDDEN", "You cannot link an identity with an API key: sign in in a browser instead");
      const { links, hasPassword } = await accounts.linkedIdentities(actor);
      if (links.some((link) => link.provider === key)) throw problem("other");
      if (hasPassword) await accounts.confirmPassword(actor, input.password ?? "", "password");
      return begin({ provider, platform: "web", link: user_id }, browser);
    },
  };
}
