/**
 * Rules of signing in by Discord (document 003: Authentication; decision 006 says why the token travels as it does).
 * lib/identity/accounts decides who may sign in. LOOTLING_ROLE_ID, once set, also refuses people without a role in the guild.
 */
import { type Actor, asUser } from "@/lib/core/actor";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import type { AccountsRoom } from "@/lib/identity/accounts";
import type { Role } from "@/lib/identity/accounts/contract";
import { type DiscordClient, type Person, problem } from "./client";
import { type LinkStatus, type Platform, PROBLEMS, type Problem } from "./contract";
import { type Begun, STATE_MS, type States } from "./state";
import type { StateStore } from "./store";

type Deps = {
  /** Undefined while sign-in by Discord is not set up. */
  client: DiscordClient | undefined;
  roles: { admin?: string; moderator?: string; member?: string };
  /** Where sign-ins end, by platform; the only addresses a token is ever sent to. */
  landings: { web: string; android?: string; ios?: string };
  accounts: Pick<AccountsRoom["accounts"], "signInBy" | "linkIdentity" | "linkedIdentity" | "unlinkIdentity">;
  states: States;
  store: StateStore;
  now: Clock;
  newNonce: () => string;
  hash: (text: string) => string;
  same: (a: string, b: string) => boolean;
};
type Query = { code?: string; state?: string; platform?: Platform; error?: string };
/** The request that comes back from Discord. `browser` is its cookie's value. */
export type Visit = { browser?: string; ip: string; userAgent?: string };

const ACCOUNT = "/account";
const IDENTITY = "discord" as const;

/** An address with a value added: to the fragment of web addresses, which no server or log sees; to an app's query. */
function carrying(address: string, name: string, value: string): string {
  const app = !/^(https?:|\/)/i.test(address);
  const [, base = "", query = "", fragment = ""] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(address) ?? [];
  const pair = `${name}=${encodeURIComponent(value)}`;
  if (app) return `${base}${query ? `${query}&` : "?"}${pair}${fragment}`;
  return `${base}${query}${fragment ? `${fragment}&` : "#"}${pair}`;
}

export function createDiscordService(deps: Deps) {
  const { roles, landings, accounts, states, store, now } = deps;

  function client(): DiscordClient {
    if (!deps.client) throw problem("off");
    return deps.client;
  }

  /** @param browser the cookie's value; its hash goes into the state */
  function begin(begun: Pick<Begun, "platform" | "next" | "link">, browser: string | undefined): string {
    const state: Begun = {
      ...begun,
      nonce: deps.newNonce(),
      expires: now() + STATE_MS,
      ...(browser !== undefined && { browser: deps.hash(browser) }),
    };
    return client().authorizeUrl(states.write(state), states.challengeOf(state));
  }

  /** @throws AppError state */
  function checked(query: Query, visit: Visit): Begun {
    const begun = states.read(query.state);
    const same = begun?.browser === undefined || deps.same(begun.browser, deps.hash(visit.browser ?? ""));
    const fits = query.platform === undefined || query.platform === begun?.platform;
    if (!begun || begun.expires <= now() || !same || !fits) throw problem("state", "state");
    return begun;
  }

  /** Maps the guild's roles to a role here; undefined without a guild. @throws AppError role */
  function roleOf({ roles: theirs }: Person): Role | undefined {
    if (theirs === undefined) return undefined;
    const has = (id: string | undefined) => id !== undefined && theirs?.includes(id) === true;
    if (has(roles.admin)) return "admin";
    if (has(roles.moderator)) return "moderator";
    if (roles.member !== undefined && !has(roles.member)) throw problem("role");
    return "user";
  }

  async function linked(actor: Actor, begun: Begun, person: Person): Promise<{ location: string }> {
    if (actor.kind !== "user" || actor.user_id !== begun.link) throw problem("session");
    const outcome = await accounts.linkIdentity(actor, { provider: IDENTITY, ...person });
    if (outcome !== "linked") throw problem(outcome);
    return { location: `${ACCOUNT}?discord=linked` };
  }

  return {
    /** Whether this server offers it. */
    available: (): boolean => deps.client !== undefined,

    /**
     * Begins a sign-in.
     *
     * @param browser value of the cookie that binds it to one browser (web)
     * @throws AppError UNAVAILABLE    it is not set up
     * @throws AppError INVALID_INPUT  the platform has no address to end at
     */
    startSignIn({ platform, next }: { platform: Platform; next?: string }, browser: string): { auth_url: string } {
      client();
      if (!landings[platform])
        throw new AppError(
          "INVALID_INPUT",
          `platform: set OAUTH_REDIRECT_${platform.toUpperCase()} to sign in from it`,
          {
            field: "platform",
          },
        );
      // An app's browser is not the one that asked: there the app itself must keep its address to itself.
      return {
        auth_url: begin(
          { platform, next: platform === "web" ? next : undefined },
          platform === "web" ? browser : undefined,
        ),
      };
    },

    /** Begins to link a Discord account to the caller's. @throws FORBIDDEN for API keys; CONFLICT, UNAVAILABLE */
    async startLink(actor: Actor, browser: string): Promise<{ auth_url: string }> {
      client();
      const { user_id, session_id } = asUser(actor, "admin");
      if (!session_id)
        throw new AppError("FORBIDDEN", "You cannot link an account with an API key: sign in in a browser instead");
      if ((await accounts.linkedIdentity(actor, IDENTITY)).linked) throw problem("other");
      return { auth_url: begin({ platform: "web", link: user_id }, browser) };
    },

    /**
     * Finishes what was begun when Discord sends the person back.
     *
     * @returns where to send the browser, and the session's cookie if it may have one
     * @throws AppError whose `details.problem` names what is wrong
     */
    async finish(actor: Actor, query: Query, visit: Visit): Promise<{ location: string; sessionToken?: string }> {
      const begun = checked(query, visit);
      if (query.error) throw problem(query.error === "access_denied" ? "denied" : "misconfigured");
      if (!query.code) throw problem("code", "code");
      // Spent before it is used, so that of two at once one goes on.
      if (!(await store.spend(begun.nonce, begun.expires))) throw problem("state", "state");
      const person = await client().identify(query.code, states.verifierOf(begun));
      if (begun.link !== undefined) return linked(actor, begun, person);
      const signedIn = await accounts.signInBy({ provider: IDENTITY, ...person }, roleOf(person), visit);
      if (typeof signedIn === "string") throw problem(signedIn);
      if (begun.next !== undefined) return { location: begun.next, sessionToken: signedIn.sessionToken };
      return {
        location: carrying(landings[begun.platform]!, "token", signedIn.reply.token),
        ...(begun.platform === "web" && { sessionToken: signedIn.sessionToken }),
      };
    },

    /** Where a browser is told what went wrong: the page it began on, or the app. */
    failed(error: AppError, query: Query): string {
      const named = error.code === "RATE_LIMITED" ? "rate-limit" : error.details?.problem;
      const name: Problem = typeof named === "string" && named in PROBLEMS ? (named as Problem) : "failed";
      const begun = states.read(query.state);
      if (begun?.link !== undefined) return `${ACCOUNT}?discord=${name}`;
      const platform = begun?.platform ?? query.platform ?? "web";
      const app = platform === "web" ? undefined : landings[platform];
      return app ? carrying(app, "error", name) : `/login?error=${name}`;
    },

    /** Returns the caller's linked account. */
    async status(actor: Actor): Promise<LinkStatus> {
      const { linked: found, hasPassword } = await accounts.linkedIdentity(actor, IDENTITY);
      return {
        available: deps.client !== undefined,
        linked: found && { discord_id: found.id, username: found.username, avatar: found.avatar },
        has_password: hasPassword,
      };
    },

    /** Unlinks the caller's Discord account. @throws NOT_FOUND, CONFLICT */
    unlink: (actor: Actor): Promise<void> => accounts.unlinkIdentity(actor, IDENTITY),
  };
}
