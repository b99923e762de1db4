/** Begins a sign-in or the linking of an account: builds the address that a browser is sent to. */
import { type Actor, asUser } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { type Begun, endOf, endsInApp, INVITATION_PAGE, STATE_MS } from "@/lib/identity/sso";
import type { Platform } from "@/lib/identity/sso/contract.shapes";
import { problem } from "./client";
import { clientOf, type Deps, IDENTITY } from "./service.common";

export function createBeginning(deps: Deps) {
  const { landings, accounts, states, now } = deps;

  /** @param browser the cookie's value; its hash goes into the state */
  function begin(
    begun: Pick<Begun, "platform" | "next" | "link" | "challenge" | "loopback" | "in_query" | "invitation">,
    browser: string | undefined,
  ): string {
    const state: Begun = {
      ...begun,
      nonce: deps.newNonce(),
      expires: now() + STATE_MS,
      ...(browser !== undefined && { browser: deps.hash(browser) }),
    };
    return clientOf(deps).authorizeUrl(states.write(state), states.challengeOf(state));
  }

  return {
    /**
     * Begins a sign-in.
     *
     * @param browser value of the cookie that binds it to one browser (web)
     * @throws AppError UNAVAILABLE    it is not set up
     * @throws AppError INVALID_INPUT  the platform has no address to end at
     */
    startSignIn(query: Parameters<typeof endOf>[1], browser: string): { auth_url: string } {
      clientOf(deps);
      const end = endOf(landings, query);
      // The state cannot be bound to the browser that an app opens, because another client asked for it. The app must
      // keep the address secret instead.
      return { auth_url: begin(end, endsInApp(end) ? undefined : browser) };
    },

    /**
     * Returns the address that document 003's app opens to sign in. It is one of this server, because the app replaces the
     * state in it by a word, which would be the end of a state that guards the sign-in at Discord.
     */
    appAuthUrl(platform: Platform): { auth_url: string } {
      clientOf(deps);
      const url = new URL("/api/discord/begin", deps.callback);
      url.searchParams.set("platform", platform);
      url.searchParams.set("state", platform === "web" ? "web" : "mobile");
      return { auth_url: url.href };
    },

    /**
     * Begins the sign-in of document 003's app in the browser that the app has opened, so that the state is bound to that
     * browser. `wish` is what the app puts in place of a state: `mobile` or `web`.
     *
     * @returns the address of Discord
     * @throws AppError as `startSignIn`
     */
    startForApp(wish: "mobile" | "web", platform: Platform | undefined, browser: string): string {
      clientOf(deps);
      const mobile = platform === "ios" || (!landings.android && landings.ios) ? "ios" : "android";
      return begin({ ...endOf(landings, { platform: wish === "web" ? "web" : mobile }), in_query: true }, browser);
    },

    /** Begins a sign-in that accepts an invitation. @throws AppError INVALID_INPUT the invitation is over; UNAVAILABLE */
    async startInvitation(token: string, browser: string): Promise<{ auth_url: string }> {
      clientOf(deps);
      const invitation = await accounts.invitationKey(token);
      return { auth_url: begin({ platform: "web", next: INVITATION_PAGE, invitation }, browser) };
    },

    /** Begins to link a Discord account to the caller's. @throws FORBIDDEN for API keys; CONFLICT, UNAVAILABLE */
    async startLink(actor: Actor, browser: string): Promise<{ auth_url: string }> {
      clientOf(deps);
      const { user_id, session_id } = asUser(actor, "admin");
      if (!session_id)
        throw new AppError("FORBIDDEN", "You cannot link an account with an API key: sign in in a browser instead");
      if ((await accounts.linkedIdentity(actor, IDENTITY)).linked) throw problem("other");
      return { auth_url: begin({ platform: "web", link: user_id }, browser) };
    },
  };
}
