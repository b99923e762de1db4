/** Begins a sign-in or the linking of an account: builds the address that a browser is sent to. */
import { type Actor, asUser } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { problem } from "./client";
import type { Platform } from "./contract";
import { clientOf, type Deps, IDENTITY } from "./service.common";
import { type Begun, STATE_MS } from "./state";

export function createBeginning(deps: Deps) {
  const { landings, accounts, states, now } = deps;

  /** @param browser the cookie's value; its hash goes into the state */
  function begin(begun: Pick<Begun, "platform" | "next" | "link">, browser: string | undefined): string {
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
    startSignIn({ platform, next }: { platform: Platform; next?: string }, browser: string): { auth_url: string } {
      clientOf(deps);
      if (!landings[platform])
        throw new AppError(
          "INVALID_INPUT",
          `platform: set OAUTH_REDIRECT_${platform.toUpperCase()} to sign in from it`,
          {
            field: "platform",
          },
        );
      // The state cannot be bound to the browser that an app opens, because another client asked for it. The app must
      // keep the address secret instead.
      return {
        auth_url: begin(
          { platform, next: platform === "web" ? next : undefined },
          platform === "web" ? browser : undefined,
        ),
      };
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
