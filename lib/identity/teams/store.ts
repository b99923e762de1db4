/** Teams and their members. Changes of one team run one after the other, by the lock of its row. */
import { describeAct } from "@/lib/core/acts";
import type { TeamRole } from "@/lib/core/contract.roles";
import { inList, lockName, lockRows, type Queries, query, type Row, readPage, transaction } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import { keepUser, noteEnded, userCards, userNames } from "@/lib/identity/accounts";
import { MEMBERS_MAX, TEAMS_MAX } from "./contract.constants";

export type TeamRow = Row<"team"> & { owner_name: string | null; members: number };
export type MemberRow = { user_id: number; username: string; fullname: string; role: TeamRole; added_at: number };
/** Why a change of members was refused. */
export type Refused =
  | "no-team"
  | "no-member"
  | "last-owner"
  | "full"
  | "too-many-teams"
  | "no-user"
  | "is-member"
  | "owns-bots";

/** Functions of other rooms that run in the transaction that deletes a team. */
export type OfOtherRooms = {
  countBots(trx: Queries, teamId: number): Promise<number>;
  /** Deletes the team's alert rules, alerts and channels. */
  eraseAlerts(trx: Queries, teamId: number): Promise<void>;
};

const teams = (queries: Queries = query()) =>
  queries
    .selectFrom("team")
    .leftJoin(userNames(queries).as("u"), "u.id", "team.owner_id")
    .select(["team.id", "team.name", "team.owner_id", "team.version", "team.created_at", "u.username as owner_name"])
    .select((eb) =>
      eb
        .selectFrom("team_member as m")
        .select((one) => one.fn.countAll<number>().as("members"))
        .whereRef("m.team_id", "=", "team.id")
        .as("members"),
    )
    .$castTo<TeamRow>();

/** Locks a team that is about to change, and names it in the record of the act. */
async function lockTeam(trx: Queries, teamId: number) {
  const found = trx.selectFrom("team").select(["id", "owner_id", "name"]).where("id", "=", teamId);
  const team = await lockRows(found).executeTakeFirst();
  if (team) describeAct({ target: { type: "team", id: teamId, name: team.name } });
  return team;
}

const memberOf = (trx: Queries, teamId: number, userId: number) =>
  trx
    .selectFrom("team_member")
    .select("role")
    .where("team_id", "=", teamId)
    .where("user_id", "=", userId)
    .$narrowType<{ role: TeamRole }>()
    .executeTakeFirst();

async function countTeams(trx: Queries, userId: number): Promise<number> {
  const { teams } = await trx
    .selectFrom("team_member")
    .select((eb) => eb.fn.countAll<number>().as("teams"))
    .where("user_id", "=", userId)
    .executeTakeFirstOrThrow();
  return teams;
}

async function countMembers(trx: Queries, teamId: number): Promise<number> {
  const { members } = await trx
    .selectFrom("team_member")
    .select((eb) => eb.fn.countAll<number>().as("members"))
    .where("team_id", "=", teamId)
    .executeTakeFirstOrThrow();
  return members;
}

/** The owner who has been a member the longest, other than `besides`. */
const nextOwner = (trx: Queries, teamId: number, besides: number) =>
  trx
    .selectFrom("team_member")
    .select("user_id")
    .where("team_id", "=", teamId)
    .where("role", "=", "owner")
    .where("user_id", "<>", besides)
    .orderBy("added_at")
    .orderBy("user_id")
    .limit(1)
    .executeTakeFirst();

/**
 * Prepares for an owner to lose the role: another owner must be left, who becomes the first owner if it was this person.
 *
 * @returns false when nobody else owns the team
 */
async function handOver(trx: Queries, team: { id: number; owner_id: number }, userId: number): Promise<boolean> {
  const next = await nextOwner(trx, team.id, userId);
  if (!next) return false;
  if (team.owner_id === userId)
    await trx.updateTable("team").set({ owner_id: next.user_id }).where("id", "=", team.id).execute();
  return true;
}

/** Adds a team with its first owner. @returns false when the id is taken; "too-many-teams" */
const create = (team: { id: number; name: string; owner_id: number; created_at: number }): Promise<boolean | Refused> =>
  transaction(async (trx) => {
    await lockName(trx, `teams:${team.owner_id}`);
    if ((await countTeams(trx, team.owner_id)) >= TEAMS_MAX) return "too-many-teams";
    const made = await trx
      .insertInto("team")
      .values(team)
      .onConflict((known) => known.column("id").doNothing())
      .returning("id")
      .execute();
    if (made.length === 0) return false;
    const owner = { team_id: team.id, user_id: team.owner_id, role: "owner", added_at: team.created_at };
    await trx.insertInto("team_member").values(owner).execute();
    return true;
  });

/** Adds a member. @returns why it was refused */
export async function insertMember(
  trx: Queries,
  member: { team_id: number; user_id: number; role: TeamRole; added_at: number; provider?: string },
): Promise<Refused | undefined> {
  await lockName(trx, `teams:${member.user_id}`);
  if (!(await lockTeam(trx, member.team_id))) return "no-team";
  if (!(await keepUser(trx, member.user_id))) return "no-user";
  if (await memberOf(trx, member.team_id, member.user_id)) return "is-member";
  if ((await countMembers(trx, member.team_id)) >= MEMBERS_MAX) return "full";
  if ((await countTeams(trx, member.user_id)) >= TEAMS_MAX) return "too-many-teams";
  await trx.insertInto("team_member").values(member).execute();
  return undefined;
}

/** Changes a member's role. @returns why it was refused */
const setRole = (teamId: number, userId: number, role: TeamRole): Promise<Refused | undefined> =>
  transaction(async (trx) => {
    const team = await lockTeam(trx, teamId);
    if (!team) return "no-team";
    const member = await memberOf(trx, teamId, userId);
    if (!member) return "no-member";
    if (member.role === "owner" && role !== "owner" && !(await handOver(trx, team, userId))) return "last-owner";
    describeAct({ before: { member: userId, role: member.role } });
    await trx
      .updateTable("team_member")
      .set({ role, provider: null })
      .where("team_id", "=", teamId)
      .where("user_id", "=", userId)
      .execute();
    return undefined;
  });

/** Removes a member. @returns why it was refused */
const removeMember = (teamId: number, userId: number): Promise<Refused | undefined> =>
  transaction(async (trx) => {
    const team = await lockTeam(trx, teamId);
    if (!team) return "no-team";
    const member = await memberOf(trx, teamId, userId);
    if (!member) return "no-member";
    if (member.role === "owner" && !(await handOver(trx, team, userId))) return "last-owner";
    describeAct({ before: { member: userId, role: member.role } });
    await trx.deleteFrom("team_member").where("team_id", "=", teamId).where("user_id", "=", userId).execute();
    return undefined;
  });

/**
 * Makes a person the first owner of a team, as a member if need be. The owner who hands it over stays as a maintainer.
 *
 * @returns why it was refused
 */
const transfer = (teamId: number, from: number, to: number, at: number): Promise<Refused | undefined> =>
  transaction(async (trx) => {
    if (!(await memberOf(trx, teamId, to))) {
      const refused = await insertMember(trx, { team_id: teamId, user_id: to, role: "owner", added_at: at });
      if (refused) return refused;
    }
    if (!(await lockTeam(trx, teamId))) return "no-team";
    const roles = [
      [from, "maintainer"],
      [to, "owner"],
    ] as const;
    for (const [userId, role] of roles)
      await trx
        .updateTable("team_member")
        .set({ role, provider: null })
        .where("team_id", "=", teamId)
        .where("user_id", "=", userId)
        .execute();
    await trx.updateTable("team").set({ owner_id: to }).where("id", "=", teamId).execute();
    return undefined;
  });

/** Renames a team. @returns the new version; undefined when it is gone, or no longer at version `expected` */
async function rename(teamId: number, name: string, expected?: number): Promise<number | undefined> {
  const team = await query()
    .updateTable("team")
    .set((eb) => ({ name, version: eb("version", "+", 1) }))
    .where("id", "=", teamId)
    .$if(expected !== undefined, (rows) => rows.where("version", "=", expected!))
    .returning("version")
    .executeTakeFirst();
  return team?.version;
}

/** Deletes a team that owns no bot. @returns the members it had, or why it was refused */
const remove = (teamId: number, at: number, others: OfOtherRooms): Promise<number[] | Refused> =>
  transaction(async (trx) => {
    if (!(await lockTeam(trx, teamId))) return "no-team";
    if ((await others.countBots(trx, teamId)) > 0) return "owns-bots";
    await others.eraseAlerts(trx, teamId);
    const members = await trx.selectFrom("team_member").select("user_id").where("team_id", "=", teamId).execute();
    await trx.deleteFrom("tag_grant").where("owner_id", "=", teamId).execute();
    await trx.deleteFrom("team").where("id", "=", teamId).execute();
    await noteEnded(trx, at, "team", { id: teamId });
    return members.map(({ user_id }) => user_id);
  });

export const createTeamStore = () => ({
  ...{ create, setRole, removeMember, transfer, rename, remove },
  find: (teamId: number): Promise<TeamRow | undefined> => teams().where("team.id", "=", teamId).executeTakeFirst(),

  /** A page of teams, oldest first: those of a person, or all. */
  page: (userId: number | undefined, range: { after?: Cursor; limit: number }): Promise<Page<TeamRow>> =>
    readPage(
      teams().$if(userId !== undefined, (rows) =>
        rows.where("team.id", "in", query().selectFrom("team_member").select("team_id").where("user_id", "=", userId!)),
      ),
      { by: ["team.created_at", "team.id"], direction: "asc" },
      range,
    ),

  addMember: (member: Parameters<typeof insertMember>[1]): Promise<Refused | undefined> =>
    transaction((trx) => insertMember(trx, member)),

  /** A page of a team's members in the order in which they came. */
  members: (teamId: number, range: { after?: Cursor; limit: number }): Promise<Page<MemberRow>> =>
    readPage(
      query()
        .selectFrom("team_member as m")
        .innerJoin(userCards().as("u"), "u.id", "m.user_id")
        .select(["m.user_id", "u.username", "u.fullname", "m.role", "m.added_at"])
        .where("m.team_id", "=", teamId)
        .$castTo<MemberRow>(),
      { by: ["m.added_at", "m.user_id"], direction: "asc" },
      range,
    ),

  isOwner: async (teamId: number, userId: number, queries: Queries = query()): Promise<boolean> =>
    (await memberOf(queries, teamId, userId))?.role === "owner",

  /** Names of teams by their ids. */
  async namesOf(ids: readonly number[]): Promise<Map<number, string>> {
    const rows = await query().selectFrom("team").select(["id", "name"]).where("id", "in", inList(ids)).execute();
    return new Map(rows.map(({ id, name }) => [id, name]));
  },

  teamIdsOf: (userId: number): Promise<{ team_id: number }[]> =>
    query().selectFrom("team_member").select("team_id").where("user_id", "=", userId).execute(),

  /** Ids and names of the teams that a person alone owns. */
  ownedAlone: (userId: number): Promise<{ id: number; name: string }[]> =>
    query()
      .selectFrom("team")
      .select(["id", "name"])
      .where(
        "id",
        "in",
        query().selectFrom("team_member").select("team_id").where("user_id", "=", userId).where("role", "=", "owner"),
      )
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom("team_member as m")
              .select("m.user_id")
              .whereRef("m.team_id", "=", "team.id")
              .where("m.role", "=", "owner")
              .where("m.user_id", "<>", userId),
          ),
        ),
      )
      .orderBy("name")
      .execute(),
});

export type TeamStore = ReturnType<typeof createTeamStore>;
