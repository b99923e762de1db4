/** Finishes a sign-in or a link when Discord sends the person back. */
import type { Actor } from "@/lib/core/actor";
import type { AppError } from "@/lib/core/errors";
import type { Role } from "@/lib/identity/accounts/contract";
import { type Begun, endsInApp, endWith, firstPage, INVITATION_PAGE } from "@/lib/identity/sso";
import { type Person, problem } from "./client";
import { PROBLEMS, type Problem } from "./contract";
import { clientOf, type Deps, IDENTITY, type Query, type Visit } from "./service.common";

const ACCOUNT = "/account";

/** Maps the guild's roles to a role here; undefined without a guild. @throws AppError role */
function roleOf(roles: Deps["roles"], { roles: theirs }: Person): Role | undefined {
  if (theirs === undefined) return undefined;
  const has = (id: string | undefined) => id !== undefined && theirs?.includes(id) === true;
  if (has(roles.admin)) return "admin";
  if (has(roles.moderator)) return "moderator";
  if (roles.member !== undefined && !has(roles.member)) throw problem("role");
  return "user";
}

type Finished = { location: string; sessionToken?: string; ticket?: string };

/** Sends the browser to the page that asks for the code. Only our own pages can ask for one. @throws AppError */
function waiting({ next }: Begun, ticket: string): Finished {
  if (next === undefined) throw problem("second-factor");
  return { location: `/login?step=code&next=${encodeURIComponent(next)}`, ticket };
}

export function createFinishing(deps: Deps) {
  const { roles, landings, accounts, states, store, now } = deps;

  /** @throws AppError state */
  function checked(query: Query, visit: Visit): Begun {
    const begun = states.read(query.state);
    const same = begun?.browser === undefined || deps.same(begun.browser, deps.hash(visit.browser ?? ""));
    const platform = begun && endsAt(begun, query.platform);
    if (!begun || !platform || begun.expires <= now() || !same) throw problem("state", "state");
    return { ...begun, platform };
  }

  /**
   * The platform at which a sign-in ends. One that was begun without naming an app may name it when it comes back: it is
   * bound to its browser. The other way round would give a browser the session of somebody else's sign-in.
   */
  function endsAt({ platform, browser, next, link }: Begun, named: Query["platform"]): Begun["platform"] | undefined {
    if (named === undefined || named === platform) return platform;
    const isOpen = platform === "web" && browser !== undefined && next === undefined && link === undefined;
    return isOpen && landings[named] ? named : undefined;
  }

  async function linked(actor: Actor, begun: Begun, person: Person): Promise<{ location: string }> {
    if (actor.kind !== "user" || actor.user_id !== begun.link) throw problem("session");
    const outcome = await accounts.linkIdentity(actor, { provider: IDENTITY, ...person });
    if (outcome !== "linked") throw problem(outcome);
    return { location: `${ACCOUNT}?discord=linked` };
  }

  return {
    /**
     * Finishes a sign-in or a link when Discord sends the person back.
     *
     * @returns where to send the browser, and the session's cookie if it may have one; `ticket` where the account's second
     *   factor is still to be asked for
     * @throws AppError whose `details.problem` names what is wrong
     */
    async finish(actor: Actor, query: Query, visit: Visit): Promise<Finished> {
      const begun = checked(query, visit);
      if (query.error) throw problem(query.error === "access_denied" ? "denied" : "misconfigured");
      if (!query.code) throw problem("code", "code");
      // Spend the nonce before using the code, so that only one of two simultaneous requests continues.
      if (!(await store.spend(begun.nonce, begun.expires))) throw problem("state", "state");
      const person = await clientOf(deps).identify(query.code, states.verifierOf(begun));
      if (begun.link !== undefined) return linked(actor, begun, person);
      const role = roleOf(roles, person);
      if (begun.challenge !== undefined) {
        const user = await accounts.userBy({ provider: IDENTITY, ...person }, role);
        if (typeof user === "string") throw problem(user);
        return { location: endWith(landings, begun, "code", deps.issueAppCode(user.id, begun.challenge)) };
      }
      const client = { ...visit, isApp: begun.in_query === true };
      const newcomer = { provider: IDENTITY, ...person, invitation: begun.invitation };
      const signedIn = await accounts.signInBy(newcomer, role, client);
      if (typeof signedIn === "string") throw problem(signedIn);
      if ("ticket" in signedIn) return waiting(begun, signedIn.ticket);
      if (signedIn.invited)
        return { location: firstPage(signedIn.invited.team_id), sessionToken: signedIn.sessionToken };
      if (begun.next !== undefined) return { location: begun.next, sessionToken: signedIn.sessionToken };
      return {
        location: endWith(landings, begun, "token", signedIn.reply.token, begun.in_query),
        ...(begun.platform === "web" && { sessionToken: signedIn.sessionToken }),
      };
    },

    /** Returns the address that shows an error to the browser: the page on which the sign-in began, or the app. */
    failed(error: AppError, query: Query): string {
      const named = error.code === "RATE_LIMITED" ? "rate-limit" : error.details?.problem;
      const name: Problem = typeof named === "string" && named in PROBLEMS ? (named as Problem) : "failed";
      const begun = states.read(query.state);
      if (begun?.link !== undefined) return `${ACCOUNT}?discord=${name}`;
      if (begun?.invitation !== undefined) return `${INVITATION_PAGE}?error=${name}`;
      const end = begun ?? { platform: query.platform ?? "web" };
      const hasAddress = endsInApp(end) && landings[end.platform] !== undefined;
      return hasAddress ? endWith(landings, end, "error", name) : `/login?error=${name}`;
    },
  };
}
