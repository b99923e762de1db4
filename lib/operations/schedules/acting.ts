/** Provides the caller that a run acts as: the person or team that owns the schedule, with the rights of this moment. */
import type { UserActor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import type { TeamsRoom } from "@/lib/identity/teams";
import { FIRST_TEAM } from "@/lib/identity/teams/contract.constants";

type Person = { id: number; username: string; fullname: string; email: string; role: string };
type Deps = {
  /** Returns an account that is active. */
  activePerson(id: number): Promise<Person | undefined>;
  teams: Pick<TeamsRoom["teams"], "nameOf">;
  rights: Pick<TeamsRoom["rights"], "of">;
};

/** Builds `actFor`, which reads the rights of a team each time it is called. */
export function createActing({ activePerson, teams, rights }: Deps) {
  const actor = (id: number, name: string): UserActor => ({
    ...{ kind: "user", user_id: id, username: name, email: "", fullname: name, role: "user", scope: "operate" },
    created_at: iso(0),
  });

  /**
   * Returns the caller for a team's runs; undefined when the team or the account no longer exists or is inactive. A shared team reaches the bots that it
   * owns, as its service keys do. A personal team stands for the person, with roles in teams and shares.
   */
  return async function actFor(teamId: number): Promise<UserActor | undefined> {
    if (teamId >= FIRST_TEAM) {
      const name = await teams.nameOf(teamId);
      return name === undefined ? undefined : { ...actor(teamId, name), limits: { team: teamId } };
    }
    const person = await activePerson(teamId);
    if (!person) return undefined;
    const { username, fullname, email, role } = person;
    return {
      ...{ ...actor(teamId, username), fullname, email, role: role as UserActor["role"] },
      rights: await rights.of(teamId),
    };
  };
}

export type ActFor = ReturnType<typeof createActing>;
