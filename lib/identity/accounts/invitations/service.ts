/**
 * Rules of invitations: admins invite to the server, owners of teams to their teams. Whoever has the link makes one account
 * with the role that it names, or joins the team with an account.
 */
import type { z } from "zod";
import { type Actor, asAdmin } from "@/lib/core/actor";
import { AppError, invalid } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { afterId, rowsOf, shownPage } from "@/lib/core/pages";
import { takenAsInvalid } from "@/lib/identity/accounts/service.registration";
import type { Client, Sessions, SignedIn } from "@/lib/identity/accounts/service.sessions";
import type { Devices } from "@/lib/identity/accounts/sign-in/devices";
import type { Passwords } from "@/lib/identity/accounts/sign-in/passwords";
import { refuseWeak } from "@/lib/identity/accounts/sign-in/strength";
import type { UserStore } from "@/lib/identity/accounts/store";
import type { VerificationService } from "@/lib/identity/accounts/verification/service";
import type { acceptInvitation, createInvitation } from "./contract";
import { createDelivery, type Delivery, roleOf, shown } from "./delivery";
import { createIdentityAcceptance } from "./service.identity";
import { createAdmit, createTeamInviting, gone } from "./service.teams";
import type { InvitationStore, Named } from "./store";

/** The most invitations to the server that wait at a time. */
const OPEN_MAX = 500;

type Deps = Omit<Parameters<typeof createTeamInviting>[0], "delivery" | "invitations" | "users"> &
  Parameters<typeof createDelivery>[0] & {
    invitations: InvitationStore;
    users: Pick<UserStore, "find" | "findByLogin">;
    passwords: Pick<Passwords, "hash">;
    devices: Pick<Devices, "issue">;
    start: Sessions["start"];
    verification: Pick<VerificationService, "welcome">;
    later: (work: () => Promise<void>) => void;
  };
type NewInvitation = z.output<typeof createInvitation.body>;
type Acceptance = z.output<typeof acceptInvitation.body>;

const NO_TEAMS: ReadonlyMap<number, string> = new Map();

function createInviting({ invitations, teams, users, delivery, now }: Deps & { delivery: Delivery }) {
  return {
    /** A page of invitations, newest first. @throws AppError FORBIDDEN unless an admin asks */
    async listInvitations(actor: Actor, { limit, cursor }: { limit: number; cursor?: string }) {
      asAdmin(actor);
      const found = await invitations.page(limit, afterId(cursor));
      const names = await teams.namesOf(found.rows.flatMap(({ row }) => row.team_id ?? []));
      const { items, next_cursor } = shownPage(found, (row) => shown(row, now(), names));
      return { invitations: rowsOf(items), count: items.length, next_cursor };
    },

    /**
     * Makes an invitation. Its link is mailed, or returned here and never again.
     *
     * @throws AppError FORBIDDEN      unless an admin asks
     * @throws AppError INVALID_INPUT  the address has an account already
     * @throws AppError CONFLICT       too many invitations wait
     */
    async createInvitation(actor: Actor, input: NewInvitation) {
      const admin = asAdmin(actor, "admin");
      const { email, role } = input;
      if (email && (await users.findByLogin(email)))
        throw invalid("email", "this email address has an account already");
      const { row, link } = delivery.prepare(input, admin);
      const max = { open: OPEN_MAX, made: OPEN_MAX };
      const made = await invitations.insert({ ...row, role, team_id: null, team_role: null }, max);
      if (typeof made === "string")
        throw new AppError("CONFLICT", `${OPEN_MAX} invitations are open, which is the limit; revoke some first`);
      const fields = { invitation_id: made.id, invited_role: role, delivery: input.delivery };
      logSecurity("invitation_created", { ...actorFields(actor), ...fields });
      const letter = { link, inviter: admin.username, expiresAt: made.expires_at };
      const shownLink = await delivery.send(input, letter, () => invitations.remove(made.id));
      const named = { ...made, creator: admin.username, creator_role: admin.role, guest: null };
      return { invitation: shown(named, now(), NO_TEAMS), link: shownLink };
    },

    /** Revokes an open invitation. @throws AppError FORBIDDEN, NOT_FOUND */
    async revokeInvitation(actor: Actor, id: string): Promise<void> {
      asAdmin(actor, "admin");
      const isRevoked = /^\d{1,9}$/.test(id) && (await invitations.remove(Number(id)));
      if (!isRevoked) throw new AppError("NOT_FOUND", "No open invitation has this id");
      logSecurity("invitation_revoked", { ...actorFields(actor), invitation_id: Number(id) });
    },
  };
}

function createAccepting(deps: Deps) {
  const { invitations, teams, passwords, devices, start, verification, later, now, hash } = deps;
  const admit = createAdmit(deps);
  const { openInvitation } = createIdentityAcceptance(deps);
  async function found(token: string): Promise<Named> {
    const invitation = await openInvitation(hash(token));
    if (!invitation) throw gone();
    return invitation;
  }

  return {
    /** Returns what the invitation is for. @throws AppError INVALID_INPUT it is unknown, used, revoked or expired */
    async lookUpInvitation(token: string) {
      const row = await found(token);
      const names = row.team_id === null ? NO_TEAMS : await teams.namesOf([row.team_id]);
      const { email, role, created_by, expires_at, team, team_role } = shown(row, now(), names);
      return { email, role, created_by, expires_at, team, team_role };
    },

    /**
     * Returns the key by which a sign-in at a provider names an open invitation.
     *
     * @throws AppError INVALID_INPUT it is unknown, used, revoked or expired
     */
    async invitationKey(token: string): Promise<string> {
      await found(token);
      return hash(token);
    },

    /**
     * Makes the account that the invitation is for, adds it to the team if there is one, and signs it in. Of two simultaneous
     * uses one wins.
     *
     * @throws AppError INVALID_INPUT  the invitation is over, the name or address is taken, or the password is easy to guess;
     *   but for the first, the invitation stays open
     */
    async acceptInvitation({ token, password, ...person }: Acceptance, client: Client): Promise<SignedIn> {
      const invitation = await found(token);
      const email = invitation.email ?? person.email;
      if (email === undefined) throw invalid("email", "is required");
      if (person.email !== undefined && person.email.toLowerCase() !== email.toLowerCase())
        throw invalid("email", "is not the address that was invited");
      const { username, fullname } = person;
      await refuseWeak(password, "password", { username, email, fullname });
      const password_hash = await passwords.hash(password);
      const at = now();
      const user = await invitations
        .accept(
          hash(token),
          at,
          ({ role, is_mailed }) => ({
            ...{ username, email, fullname, password_hash, role: roleOf(role), created_at: at },
            // Opening a mailed link proves the address.
            ...(is_mailed === 1 && { email_verified: at }),
          }),
          admit,
        )
        .catch((error) => {
          throw takenAsInvalid(error);
        });
      if (user === null || user === "linked") throw gone();
      if (invitation.team_id !== null) teams.admitted(user.id);
      const subject = { user_id: user.id, username, address: client.ip };
      logSecurity("invitation_accepted", { ...subject, invitation_id: invitation.id, role: user.role });
      later(() => verification.welcome(user));
      return { ...(await start(user, client, "Account created")), device: devices.issue(user) };
    },
  };
}

export function createInvitationService(deps: Deps) {
  const delivery = createDelivery(deps);
  return {
    ...createInviting({ ...deps, delivery }),
    ...createTeamInviting({ ...deps, delivery }),
    ...createAccepting(deps),
  };
}
