/** Rules of invitations to teams: owners invite, and whoever has the link joins with the role that it names. */
import type { z } from "zod";
import { type Actor, asUser } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { afterId, rowsOf, shownPage } from "@/lib/core/pages";
import type { UserStore } from "@/lib/identity/accounts/store";
import type { createTeamInvitation } from "./contract";
import { INVITED_A_DAY_MAX, TEAM_OPEN_MAX } from "./contract.constants";
import { type Delivery, shown } from "./delivery";
import type { InvitingTeams } from "./inviting-teams";
import type { Admit, InvitationStore, Named } from "./store";

const HOUR_S = 3600;

type Deps = {
  invitations: Pick<InvitationStore, "insert" | "page" | "end" | "find" | "join">;
  teams: InvitingTeams<Parameters<Admit>[0]>;
  users: Pick<UserStore, "find">;
  delivery: Delivery;
  now: Clock;
  hash: (token: string) => string;
};

export const gone = () =>
  invalid("token", "this invitation is not valid any more: it was used, revoked or has expired; ask for a new one");

/** Makes somebody a member, while the one who invited still owns the team or is an admin. @throws AppError INVALID_INPUT */
export const createAdmit =
  ({ teams, now }: Pick<Deps, "teams" | "now">): Admit =>
  async (trx, { team_id, team_role, created_by, creator_role }, user_id) => {
    await teams.admit(trx, { team_id: team_id!, user_id, role: team_role!, added_at: now() });
    // Ask once the new member holds the lock of the team: the inviter's role cannot change from then on.
    if (creator_role !== "admin" && !(await teams.isOwner(team_id!, created_by, trx))) throw gone();
  };

/** @throws AppError CONFLICT, RATE_LIMITED */
function refuseMore(reached: "open" | "made"): never {
  if (reached === "open")
    throw new AppError("CONFLICT", `A team has at most ${TEAM_OPEN_MAX} open invitations: revoke some first`);
  const text = `You invited ${INVITED_A_DAY_MAX} people to teams within a day, which is the limit`;
  throw new AppError("RATE_LIMITED", text, undefined, HOUR_S);
}

export function createTeamInviting(deps: Deps) {
  const { invitations, teams, users, delivery, now, hash } = deps;
  const admit = createAdmit(deps);
  return {
    /** A page of the invitations to a team, newest first. @throws AppError NOT_FOUND, FORBIDDEN, CONFLICT */
    async listTeamInvitations(actor: Actor, teamId: number, { limit, cursor }: { limit: number; cursor?: string }) {
      const { name } = await teams.invitingTo(actor, teamId);
      const found = await invitations.page(limit, afterId(cursor), teamId);
      const { items, next_cursor } = shownPage(found, (row) => shown(row, now(), new Map([[teamId, name]])));
      return { invitations: rowsOf(items), count: items.length, next_cursor };
    },

    /**
     * Invites to a team. It does not say whether the address has an account: both kinds of people join by the link.
     *
     * @throws AppError NOT_FOUND, FORBIDDEN  the caller does not own the team
     * @throws AppError CONFLICT, RATE_LIMITED  too many invitations
     */
    async createTeamInvitation(actor: Actor, teamId: number, input: z.output<typeof createTeamInvitation.body>) {
      const { user, name } = await teams.invitingTo(actor, teamId);
      const { row, link } = delivery.prepare(input, user);
      const max = { open: TEAM_OPEN_MAX, made: INVITED_A_DAY_MAX };
      const made = await invitations.insert({ ...row, role: "user", team_id: teamId, team_role: input.role }, max);
      if (typeof made === "string") return refuseMore(made);
      const fields = { team_id: teamId, invitation_id: made.id, invited_role: input.role, delivery: input.delivery };
      logSecurity("invitation_created", { ...actorFields(actor), ...fields });
      const letter = { link, inviter: user.username, team: name, expiresAt: made.expires_at };
      const shownLink = await delivery.send(input, letter, () => invitations.end(teamId, made.id, now()));
      const named = { ...made, creator: user.username, creator_role: user.role, guest: null };
      return { invitation: shown(named, now(), new Map([[teamId, name]])), link: shownLink };
    },

    /** Revokes an open invitation to a team. @throws AppError NOT_FOUND, FORBIDDEN, CONFLICT */
    async revokeTeamInvitation(actor: Actor, teamId: number, id: string): Promise<void> {
      await teams.invitingTo(actor, teamId);
      asUser(actor, "admin");
      const isEnded = /^\d{1,9}$/.test(id) && (await invitations.end(teamId, Number(id), now()));
      if (!isEnded) throw new AppError("NOT_FOUND", "No open invitation to this team has this id");
      logSecurity("invitation_revoked", { ...actorFields(actor), team_id: teamId, invitation_id: Number(id) });
    },

    /**
     * Makes the caller a member of the team that an invitation is for.
     *
     * @throws AppError INVALID_INPUT  it is over, or for no team
     * @throws AppError FORBIDDEN      it is for another address
     * @throws AppError CONFLICT       a member already, or too many members or teams
     */
    async joinTeam(actor: Actor, token: string) {
      const { user_id, username } = asUser(actor, "admin");
      const found = await invitations.find(hash(token), now());
      if (!found || found.team_id === null) throw gone();
      await refuseOther(found, user_id);
      const { team_id, team_role } = found as Named & { team_id: number };
      describeAct({ team_id, after: { member: username, role: team_role } });
      if (!(await invitations.join(hash(token), now(), user_id, admit))) throw gone();
      teams.admitted(user_id);
      logSecurity("invitation_accepted", { ...actorFields(actor), invitation_id: found.id, team_id });
      return { team_id, role: team_role! };
    },
  };

  /** @throws AppError FORBIDDEN the invitation names an address that is not the account's */
  async function refuseOther({ email }: Named, userId: number): Promise<void> {
    const own = (await users.find(userId))?.email;
    if (email === null || own?.toLowerCase() === email.toLowerCase()) return;
    throw new AppError(
      "FORBIDDEN",
      "This invitation is for another email address: sign in with the account that has it, or ask for a new invitation",
    );
  }
}
