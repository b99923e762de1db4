/** Finishes a sign-in or a link when the provider sends the person back. */
import type { Actor } from "@/lib/core/actor";
import type { SsoSettings } from "@/lib/core/env.sso";
import type { AppError } from "@/lib/core/errors";
import type { Role } from "@/lib/identity/accounts/contract";
import { roleByGroups, teamsByGroups } from "@/lib/identity/groups";
import { PROBLEMS, type Problem } from "./contract";
import { endsInApp, endWith, firstPage, INVITATION_PAGE } from "./landing";
import { type Person, problem } from "./request";
import { type Deps, type Provider, providerOf } from "./service.common";
import type { Begun } from "./states";

type Query = { code?: string; state?: string; error?: string; iss?: string };
/** The request with which the browser returns. `browser` is the value of its cookie. */
type Visit = { browser?: string; ip: string; userAgent?: string };
/** `ticket` waits for a one-time code, `join` for the password of the account that has the identity's address. */
type Finished = { location: string; sessionToken?: string; ticket?: string; join?: string };

const ACCOUNT = "/account";

/** Maps the provider's groups to a role here; undefined where no groups are configured. @throws AppError role */
export function roleOf(settings: SsoSettings, { groups = [] }: Person): Role | undefined {
  const role = roleByGroups(settings, groups);
  if (role === "refused") throw problem("role");
  return role;
}

/** Sends the browser to one of our own pages for another proof. @throws AppError where it ends elsewhere */
function waiting(step: "code" | "join", { next }: Begun, refusal: Problem): string {
  if (next === undefined) throw problem(refusal);
  return `/login?step=${step}&next=${encodeURIComponent(next)}`;
}

const newcomerOf = ({ settings, key }: Provider, { invitation }: Begun, person: Person) => ({
  ...{ provider: key, discriminator: "0", signup: settings.SIGNUP, ...person },
  ...{ teams: teamsByGroups(settings, person.groups ?? []), invitation },
});

export function createFinishing(deps: Deps) {
  const { landings, accounts, states, store, now } = deps;

  /** @throws AppError state */
  function checked(provider: string, query: Query, visit: Visit): Begun {
    const begun = states.read(query.state);
    const isSame = begun?.browser === undefined || deps.same(begun.browser, deps.hash(visit.browser ?? ""));
    if (!begun || begun.provider !== provider || begun.expires <= now() || !isSame) throw problem("state", "state");
    return begun;
  }

  async function linked(actor: Actor, begun: Begun, key: string, person: Person): Promise<Finished> {
    if (actor.kind !== "user" || actor.user_id !== begun.link) throw problem("session");
    const outcome = await accounts.linkIdentity(actor, { provider: key, discriminator: "0", ...person });
    if (outcome !== "linked") throw problem(outcome);
    return { location: `${ACCOUNT}?sso=linked` };
  }

  async function signedIn(provider: Provider, begun: Begun, person: Person, visit: Visit): Promise<Finished> {
    const newcomer = newcomerOf(provider, begun, person);
    const role = roleOf(provider.settings, person);
    if (begun.challenge !== undefined) {
      const user = await accounts.userBy(newcomer, role);
      if (typeof user === "string") throw problem(user);
      return { location: endWith(landings, begun, "code", deps.issueAppCode(user.id, begun.challenge)) };
    }
    const outcome = await accounts.signInBy(newcomer, role, visit);
    if (outcome === "email-taken" || outcome === "signup-closed") {
      const join = await accounts.offerToJoin(newcomer);
      if (join === undefined) throw problem(outcome);
      return { location: waiting("join", begun, "email-taken"), join };
    }
    if (typeof outcome === "string") throw problem(outcome);
    if ("ticket" in outcome) return { location: waiting("code", begun, "second-factor"), ticket: outcome.ticket };
    if (outcome.invited) return { location: firstPage(outcome.invited.team_id), sessionToken: outcome.sessionToken };
    if (begun.next !== undefined) return { location: begun.next, sessionToken: outcome.sessionToken };
    return {
      location: endWith(landings, begun, "token", outcome.reply.token),
      ...(!endsInApp(begun) && { sessionToken: outcome.sessionToken }),
    };
  }

  return {
    /**
     * Finishes a sign-in or a link when the provider sends the person back.
     *
     * @returns where to send the browser, and the session's cookie if it may have one
     * @throws AppError whose `details.problem` names what is wrong
     */
    async finish(id: string, actor: Actor, query: Query, visit: Visit): Promise<Finished> {
      const provider = providerOf(deps, id);
      const begun = checked(id, query, visit);
      if (query.error) throw problem(query.error === "access_denied" ? "denied" : "misconfigured");
      if (!query.code) throw problem("code", "code");
      // Spend the nonce before using the code, so that only one of two simultaneous requests continues.
      if (!(await store.spend(begun.nonce, begun.expires))) throw problem("state", "state");
      const { code, iss } = query;
      const returned = { code, iss, verifier: states.verifierOf(begun), nonce: states.nonceOf(begun) };
      const person = await provider.client.identify(returned);
      if (begun.link !== undefined) return linked(actor, begun, provider.key, person);
      return signedIn(provider, begun, person, visit);
    },

    /** Returns the address that shows an error to the browser: the page on which the sign-in began, or the app. */
    failed(error: AppError, query: Query): string {
      const named = error.code === "RATE_LIMITED" ? "rate-limit" : error.details?.problem;
      const name: Problem = typeof named === "string" && Object.hasOwn(PROBLEMS, named) ? (named as Problem) : "failed";
      const begun = states.read(query.state);
      if (begun?.link !== undefined) return `${ACCOUNT}?sso=${name}`;
      if (begun?.invitation !== undefined) return `${INVITATION_PAGE}?sso_error=${name}`;
      return begun && endsInApp(begun) ? endWith(landings, begun, "error", name) : `/login?sso_error=${name}`;
    },
  };
}
