/** Open invitations for the page "That wasn't me": a link that a stranger made from the account works after the lock, too. */
import type { Clock } from "@/lib/core/clock";
import type { CreatedThings } from "@/lib/identity/accounts/notices/service";
import type { InvitationStore } from "./store";

type Deps = {
  invitations: Pick<InvitationStore, "createdBy" | "withdraw">;
  teams: { namesOf(ids: readonly number[]): Promise<ReadonlyMap<number, string>> };
  now: Clock;
};

/** Builds what lists and ends the open invitations of a locked account. It checks no caller. */
export const createCreatedInvitations = ({ invitations, teams, now }: Deps): CreatedThings => ({
  async createdBy(userId, limit) {
    const made = await invitations.createdBy(userId, now(), limit);
    const names = await teams.namesOf(made.flatMap(({ team_id }) => team_id ?? []));
    return made.map(({ id, email, role, team_id, team_role }) => ({
      ...{ id: String(id), name: email ?? "Link for anyone" },
      details: team_id === null ? [`${role} of this server`] : [names.get(team_id) ?? null, team_role],
    }));
  },
  endCreated: (id) => invitations.withdraw(Number(id), now()),
});
