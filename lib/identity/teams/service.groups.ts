/** Memberships that follow from a person's groups at a sign-in provider. Each sign-in sets those, and touches no other. */
import { describeAct, performStep } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import type { TeamRole } from "@/lib/core/contract.roles";
import { logger } from "@/lib/core/log/logger";
import { logSecurity } from "@/lib/core/log/security-log";
import type { Refused } from "./store";
import type { GroupStore } from "./store.groups";

type Deps = {
  store: GroupStore;
  emit: Emit;
  now: Clock;
};
type Account = { id: number; username: string };
type Change = { team_id: number; from: TeamRole | undefined; to: TeamRole | undefined };

const actionOf = ({ from, to }: Change) =>
  to === undefined ? "removeTeamMember" : from === undefined ? "addTeamMember" : "changeTeamMember";

export function createGroupService({ store, emit, now }: Deps) {
  /** Makes one change, as an act of its own beside the sign-in. @returns why it was not made */
  const apply = (user: Account, provider: string, change: Change): Promise<Refused | undefined> =>
    performStep(actionOf(change), async () => {
      const { team_id, from, to } = change;
      const { id, username } = user;
      describeAct({
        ...{ by: user, target: { type: "team", id: team_id }, team_id },
        before: from === undefined ? null : { member: username, role: from },
        after: to === undefined ? null : { member: username, role: to, provider },
      });
      if (to === undefined) return store.withdraw({ team_id, user_id: id, provider });
      return store.give({ team_id, user_id: id, provider, role: to, added_at: now() });
    });

  return {
    /**
     * Sets the memberships that the groups of a person at `provider` mean. Memberships that people gave, or another
     * provider, stay as they are.
     *
     * @param wanted the role in each team
     */
    async followGroups(user: Account, provider: string, wanted: ReadonlyMap<number, TeamRole>): Promise<void> {
      const given = new Map((await store.givenTo(user.id, provider)).map(({ team_id, role }) => [team_id, role]));
      let isChanged = false;
      for (const team_id of new Set([...given.keys(), ...wanted.keys()])) {
        const change = { team_id, from: given.get(team_id), to: wanted.get(team_id) };
        if (change.from === change.to) continue;
        const refused = await apply(user, provider, change);
        const fields = { by: provider, user_id: user.id, ...change };
        if (refused === undefined) {
          isChanged = true;
          logSecurity("team_role_changed", fields);
        } else if (refused !== "is-member") logger.warn({ ...fields, refused }, "groups could not change a team");
      }
      if (isChanged) emit("rights.changed", { user_ids: [user.id] });
    },
  };
}
