/**
 * Signing in by a provider (document 003: Discord OAuth2; OpenID Connect). The provider says who somebody is; the rules are here:
 *
 * - A known identity signs its user in.
 * - An unknown one makes a new user while sign-up is open, with an address the provider has verified. It is never joined
 *   to an existing account because the addresses agree: addresses are not proved here, so whoever registered with
 *   somebody else's would share the account with that person. Who has an account proves it first (service.join.ts), or
 *   links the identity while signed in.
 * - An invitation lets a new identity in where sign-up is closed, with the invitation's role.
 * - Roles at the provider decide the role, at each sign-in, of users the provider's identity made; never of others, and
 *   never so that nobody is left to administer.
 */
import { accountTarget, describeAct, performStep, withoutAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { isInvisible, withoutDirection } from "@/lib/core/contract.names";
import type { TeamRole } from "@/lib/core/contract.roles";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { logSecurity } from "@/lib/core/log/security-log";
import { Email, type Role } from "@/lib/identity/accounts/contract";
import { withoutMix } from "@/lib/identity/accounts/contract.names";
import type { IdentityAcceptance, InvitationRefusal } from "@/lib/identity/accounts/invitations/service.identity";
import type { CodeCheck } from "@/lib/identity/accounts/second-factor/service";
import type { Tickets } from "@/lib/identity/accounts/second-factor/service.sign-in";
import type { SignupMode } from "@/lib/identity/accounts/service.registration";
import type { Client, Sessions, SignedIn } from "@/lib/identity/accounts/service.sessions";
import { noteProved, noteTried } from "@/lib/identity/accounts/sign-in/record";
import type { UserStore } from "@/lib/identity/accounts/store";
import { Taken, type UserRecord } from "@/lib/identity/accounts/store.rows";
import type { Identity, LinkStore } from "./store";

type Deps = {
  links: Pick<LinkStore, "find" | "found" | "refresh">;
  users: Pick<UserStore, "setAccess">;
  start: Sessions["start"];
  check: CodeCheck["check"];
  tickets: Pick<Tickets, "issue">;
  emit: Emit;
  now: Clock;
  newId: (prefix: string) => string;
  signup: () => Promise<SignupMode>;
  /** Creates the account of an invitation. */
  enrolInvited: IdentityAcceptance["enrolInvited"];
  /** Sets the roles in teams that the groups at a provider mean. */
  followGroups: (user: UserRecord, provider: string, teams: ReadonlyMap<number, TeamRole>) => Promise<void>;
  warn: (text: string) => void;
};
export type ProviderSignInDeps = Deps;
/** An identity as the provider reports it at a sign-in. */
export type Newcomer = Identity & {
  email: string | null;
  emailVerified: boolean;
  fullname: string;
  /** Whether the provider's own setting lets new people sign up; undefined for the server's. */
  signup?: boolean;
  /** The roles in teams that the person's groups mean; undefined for providers whose groups mean none. */
  teams?: ReadonlyMap<number, TeamRole>;
  /** The key of the invitation that the person is accepting. */
  invitation?: string;
};
/** A user who was found or made. `invited`: an invitation made it, to this team or to the server alone. */
type Found = { user: UserRecord; invited?: { team_id: number | null } };
/** The reasons for which a person that the provider knows is still refused. */
export type Refusal = "deactivated" | "signup-closed" | "email-unverified" | "email-taken" | InvitationRefusal;

/** Builds a username from the provider's name: letters, digits, dot, dash and underscore only. */
const usernameOf = (name: string): string => {
  const plain = cutText(withoutMix(name.normalize("NFKC").replace(/[^\p{L}\p{N}_.-]+/gu, "_")), 48, "");
  return plain.length >= 3 ? plain : `user_${plain}`;
};

/** Gives the user the role that the provider's roles mean, as an act beside the sign-in. A change ends the user's sessions. */
export async function withRole(
  { users, emit, warn }: Pick<Deps, "users" | "emit" | "warn">,
  user: UserRecord,
  role: Role,
  { provider }: Pick<Identity, "provider">,
): Promise<UserRecord> {
  if (user.role === role) return user;
  const changed = await performStep("updateUser", () => {
    describeAct({ by: user, target: accountTarget(user), before: { role: user.role }, after: { role, provider } });
    return users.setAccess(user.id, { role });
  });
  if (changed === "last-admin") {
    warn(`${user.username} is no admin at ${provider} any more but the last one here: still admin`);
    return user;
  }
  if (changed === "weak-password")
    warn(`${user.username} gets the role ${role} of ${provider} once the weak password of API_EXTRA_USERS is replaced`);
  if (!changed || typeof changed === "string") return user;
  emit("access.revoked", { user_id: user.id });
  emit("account.secured", { user_id: user.id, change: "role", name: role });
  logSecurity("role_changed", { by: provider, user_id: user.id, from: { role: user.role }, to: { role } });
  return changed;
}

/** Returns whether a person without an account may make one. An invitation lets its holder in where sign-up is closed. */
async function maySignUp({ signup }: Deps, newcomer: Newcomer): Promise<boolean> {
  if (newcomer.invitation !== undefined) return true;
  const mode = await signup();
  const isClosed = newcomer.signup === undefined ? mode === "closed" : !newcomer.signup;
  return !isClosed && mode !== "unclaimed";
}

/** Creates a user for the identity; null when it got one meanwhile. */
async function enrol(deps: Deps, newcomer: Newcomer, role: Role): Promise<Found | Refusal | null> {
  const { links, newId, now, enrolInvited } = deps;
  if (!(await maySignUp(deps, newcomer))) return "signup-closed";
  const email = Email.safeParse(newcomer.email);
  if (!email.success || !newcomer.emailVerified) return "email-unverified";
  const wanted = usernameOf(newcomer.username);
  for (let attempt = 0; ; attempt++) {
    const username = attempt === 0 ? wanted : `${wanted}_${newId("u").slice(-6)}`;
    const name = withoutDirection(newcomer.fullname);
    const fullname = isInvisible(name) ? "" : cutText(name, 128);
    const user = { username, email: email.data, fullname, password_hash: null, role, created_at: now() };
    try {
      if (newcomer.invitation !== undefined) {
        const made = await enrolInvited(newcomer.invitation, user, newcomer);
        return made === null || typeof made === "string" ? made : { user: made.user, invited: made };
      }
      const made = await links.found(user, newcomer);
      return made && { user: made };
    } catch (error) {
      if (!(error instanceof Taken) || attempt >= 5) throw error;
      if (error.field === "email") return "email-taken";
    }
  }
}

export function createProviderSignIn(deps: Deps) {
  const { links, start, check, tickets } = deps;

  async function findOrEnrol(newcomer: Newcomer, role: Role | undefined): Promise<Found | Refusal> {
    let known = await links.find(newcomer);
    if (!known) {
      const made = await enrol(deps, newcomer, role ?? "user");
      if (typeof made === "string") return made;
      if (made) return made;
      known = await links.find(newcomer);
      if (!known)
        throw new AppError("UNAVAILABLE", "Another change to this account is in progress; try again", undefined, 1);
    }
    noteTried(known.user);
    if (!known.user.is_active) return "deactivated";
    // A new picture is no sign-in yet: the record in the audit log must wait for the outcome.
    await withoutAct(() => links.refresh(newcomer));
    noteProved(known.user);
    return { user: known.founding && role ? await withRole(deps, known.user, role, newcomer) : known.user };
  }

  /** Finds the identity's user, or makes one, with the roles that the provider's groups mean. */
  async function come(newcomer: Newcomer, role: Role | undefined): Promise<Found | Refusal> {
    const found = await findOrEnrol(newcomer, role);
    if (typeof found !== "string" && newcomer.teams)
      await deps.followGroups(found.user, newcomer.provider, newcomer.teams);
    return found;
  }

  return {
    /** Finds the identity's user, or makes one, without signing in: an app's code does that later. */
    async userBy(newcomer: Newcomer, role: Role | undefined): Promise<UserRecord | Refusal> {
      const found = await come(newcomer, role);
      return typeof found === "string" ? found : found.user;
    },

    /**
     * Signs the identity's user in.
     *
     * @param role what the provider's roles mean here; undefined when it was not asked for any
     * @returns a `ticket` where the account has a second factor: the sign-in ends when its code arrives
     */
    async signInBy(
      newcomer: Newcomer,
      role: Role | undefined,
      client: Client,
    ): Promise<(SignedIn & Pick<Found, "invited">) | Refusal | { ticket: string }> {
      const found = await come(newcomer, role);
      if (typeof found === "string") return found;
      const { user, invited } = found;
      if ((await check(user.id, undefined)) === "missing") return { ticket: tickets.issue(user.id) };
      return { ...(await start(user, client, "Login successful")), invited };
    },
  };
}
