/** Teams and their members: who may see and change them, and what each change means for rights. */
import { randomInt } from "node:crypto";
import { type Actor, asUser, type Scope, type UserActor } from "@/lib/core/actor";
import { describeAct, withoutAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { type Clock, iso } from "@/lib/core/clock";
import type { TeamRole } from "@/lib/core/contract.roles";
import { AppError } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { afterIdPair, dashed, rowsOf, shownPage } from "@/lib/core/pages";
import { staleUpdate } from "@/lib/core/versions";
import { needsRole, reaches, roleInTeam, roleOnTeam, seesAll } from "@/lib/identity/access";
import type { Team, TeamMember } from "./contract";
import { FIRST_TEAM, MEMBERS_MAX, TEAMS_MAX } from "./contract.constants";
import { noTeam } from "./joins";
import { createWatching } from "./service.watching";
import type { MemberRow, OfOtherRooms, Refused, TeamRow, TeamStore } from "./store";
import type { ReadRights } from "./store.rights";

type Deps = {
  store: TeamStore;
  /** Finds an account by its id or its username. */
  findUser(by: { user_id?: number; username?: string }): Promise<{ id: number; username: string } | undefined>;
  others: OfOtherRooms;
  readRights: ReadRights;
  emit: Emit;
  now: Clock;
};
type Person = { user_id?: number; username?: string };
type Range = { cursor?: string; limit: number };

/** Ids are drawn at random and never given twice: rows of bots that a deleted team owned may still name its id. */
const ID_END = 2 ** 31 - 1;

const noMember = (id: number) => new AppError("NOT_FOUND", `The team has no member ${id}`);

export function refusal(refused: Refused, teamId: number, userId: number): AppError {
  const texts = {
    "last-owner": "A team needs an owner: make somebody else an owner first, or transfer the team",
    full: `A team has at most ${MEMBERS_MAX} members`,
    "too-many-teams": `A person can be in at most ${TEAMS_MAX} teams`,
    "is-member": "This person is a member already",
    "owns-bots": "The team owns bots: transfer or delete them first",
  };
  if (refused === "no-team") return noTeam(teamId);
  if (refused === "no-member") return noMember(userId);
  if (refused === "no-user") return new AppError("NOT_FOUND", "No such user");
  return new AppError("CONFLICT", texts[refused]);
}

const toMember = ({ added_at, ...member }: MemberRow): TeamMember => ({ ...member, added_at: iso(added_at) });

const toTeam = (user: UserActor, row: TeamRow): Team => ({
  ...{ id: row.id, name: row.name, personal: false, role: roleOnTeam(user, row.id)! },
  ...{ owner_id: row.owner_id, owner_name: row.owner_name, members: row.members, version: row.version },
  created_at: iso(row.created_at),
});

/** An act on a team. */
const onTeam = (id: number, name?: string) => ({ target: { type: "team", id, name }, team_id: id });

/** The personal team has no row: it is made of the account. */
const personalTeam = ({ user_id, username }: UserActor): Team => ({
  ...{ id: user_id, name: username, personal: true, role: "owner", owner_id: user_id, owner_name: username },
  ...{ members: 1, version: 0, created_at: null },
});

/** @throws NOT_FOUND a team in which the caller has no role; FORBIDDEN the role is too low, or the key only reads */
export function demandTeam(actor: Actor, teamId: number, least: TeamRole, scope?: Scope): UserActor {
  const user = asUser(actor, scope ?? (least === "viewer" ? "read" : "admin"));
  const role = roleOnTeam(user, teamId);
  if (role === null) throw noTeam(teamId);
  if (!reaches(role, least)) throw needsRole(least, role, "team");
  return user;
}

const NO_MEMBERS = "A personal team has no other members: create a team, or share single bots";

/**
 * @param personal says why a personal team will not do
 * @throws as demandTeam; CONFLICT the caller's personal team; NOT_FOUND somebody else's
 */
export function demandShared(
  actor: Actor,
  teamId: number,
  least: TeamRole,
  { scope, personal = NO_MEMBERS }: { scope?: Scope; personal?: string } = {},
): UserActor {
  const user = demandTeam(actor, teamId, least, scope);
  if (teamId < FIRST_TEAM && teamId !== user.user_id) throw noTeam(teamId);
  if (teamId < FIRST_TEAM) throw new AppError("CONFLICT", personal);
  return user;
}

function createReads({ store }: Pick<Deps, "store">) {
  /** @throws NOT_FOUND */
  async function get(actor: Actor, teamId: number): Promise<Team> {
    const user = demandTeam(actor, teamId, "viewer");
    if (teamId === user.user_id) return personalTeam(user);
    const row = await store.find(teamId);
    if (!row) throw noTeam(teamId);
    return toTeam(user, row);
  }

  return {
    get,

    /** A page of the caller's teams, the personal one first; or of all teams, for staff. */
    async page(actor: Actor, { cursor, limit, all = false }: Range & { all?: boolean }) {
      const user = asUser(actor);
      if (all && !seesAll(user)) throw new AppError("FORBIDDEN", "Only staff may list all teams");
      // The personal team takes the first place of the first page, and has no row.
      const isFirst = !all && cursor === undefined && limit > 0;
      if (isFirst && limit === 1) return { teams: [personalTeam(user)], next_cursor: dashed([0, 0]) };
      const range = { after: afterIdPair(cursor), limit: isFirst ? limit - 1 : limit };
      const found = await store.page(all ? undefined : user.user_id, range);
      const { items, next_cursor } = shownPage(found, (row) => toTeam(user, row), dashed);
      const teams = rowsOf(items);
      return { teams: isFirst ? [personalTeam(user), ...teams] : teams, next_cursor };
    },

    /** A page of the members of a team. @throws NOT_FOUND */
    async members(actor: Actor, teamId: number, { cursor, limit }: Range) {
      await get(actor, teamId);
      const { items, next_cursor } = shownPage(
        await store.members(teamId, { after: afterIdPair(cursor), limit }),
        toMember,
        dashed,
      );
      return { members: rowsOf(items), next_cursor };
    },
  };
}

function createMembers({ store, findUser, emit, now }: Deps) {
  /** @throws NOT_FOUND */
  async function accountOf(person: Person): Promise<{ id: number; username: string }> {
    const found = await findUser(person);
    if (!found) throw new AppError("NOT_FOUND", `No user ${person.username ?? person.user_id}`);
    return found;
  }

  return {
    /** Adds a person. @throws NOT_FOUND, FORBIDDEN, CONFLICT a member already, or too many */
    async addMember(actor: Actor, teamId: number, { role, ...person }: Person & { role: TeamRole }): Promise<void> {
      demandShared(actor, teamId, "owner");
      const { id, username } = await accountOf(person);
      describeAct({ ...onTeam(teamId), after: { member: username, role } });
      const refused = await store.addMember({ team_id: teamId, user_id: id, role, added_at: now() });
      if (refused) throw refusal(refused, teamId, id);
      emit("rights.changed", { user_ids: [id] });
      logSecurity("team_member_added", { ...actorFields(actor), team_id: teamId, member: id, role });
    },

    /** @throws NOT_FOUND, FORBIDDEN, CONFLICT the last owner */
    async setRole(actor: Actor, teamId: number, userId: number, role: TeamRole): Promise<void> {
      demandShared(actor, teamId, "owner");
      describeAct({ ...onTeam(teamId), after: { member: userId, role } });
      const refused = await store.setRole(teamId, userId, role);
      if (refused) throw refusal(refused, teamId, userId);
      emit("rights.changed", { user_ids: [userId] });
      logSecurity("team_role_changed", { ...actorFields(actor), team_id: teamId, member: userId, role });
    },

    /** Removes a member; everybody may leave. @throws NOT_FOUND, FORBIDDEN, CONFLICT the last owner */
    async removeMember(actor: Actor, teamId: number, userId: number): Promise<void> {
      const isLeaving = actor.kind === "user" && actor.user_id === userId;
      demandShared(actor, teamId, isLeaving ? "viewer" : "owner");
      asUser(actor, "admin");
      describeAct(onTeam(teamId));
      const refused = await store.removeMember(teamId, userId);
      if (refused) throw refusal(refused, teamId, userId);
      emit("rights.changed", { user_ids: [userId] });
      logSecurity("team_member_removed", { ...actorFields(actor), team_id: teamId, member: userId });
    },

    /** Makes somebody else the first owner; the caller stays as a maintainer. @throws NOT_FOUND, FORBIDDEN, CONFLICT */
    async transfer(actor: Actor, teamId: number, person: Person): Promise<void> {
      const user = demandShared(actor, teamId, "owner");
      const { id, username } = await accountOf(person);
      const from = roleInTeam(user, teamId) === "owner" ? user.user_id : (await store.find(teamId))?.owner_id;
      if (from === undefined) throw noTeam(teamId);
      if (from === id) throw new AppError("CONFLICT", "This person is the owner already");
      describeAct({ ...onTeam(teamId), before: { owner: from }, after: { owner: id, username } });
      const refused = await store.transfer(teamId, from, id, now());
      if (refused) throw refusal(refused, teamId, id);
      emit("rights.changed", { user_ids: [from, id] });
      logSecurity("team_transferred", { ...actorFields(actor), team_id: teamId, to: id });
    },
  };
}

export function createTeamService(deps: Deps) {
  const { store, others, emit } = deps;
  const reads = createReads(deps);
  return {
    ...reads,
    ...createMembers(deps),
    ...createWatching(deps),

    /** Makes a team that the caller owns. @throws CONFLICT too many teams */
    async create(actor: Actor, name: string): Promise<Team> {
      const user = asUser(actor, "admin");
      for (;;) {
        const id = randomInt(FIRST_TEAM, ID_END);
        describeAct({ target: { type: "team", id, name }, team_id: id, after: { name } });
        const made = await store.create({ id, name, owner_id: user.user_id, created_at: deps.now() });
        if (typeof made === "string") throw refusal(made, id, user.user_id);
        if (!made) continue;
        emit("rights.changed", { user_ids: [user.user_id] });
        logSecurity("team_created", { ...actorFields(actor), team_id: id });
        return toTeam(
          { ...user, rights: { teams: new Map([[id, "owner"]]), bots: new Map() } },
          (await store.find(id))!,
        );
      }
    },

    /** Renames a team. @param edited as for bots @throws NOT_FOUND, FORBIDDEN, CONFLICT another version is stored */
    async rename(actor: Actor, teamId: number, name: string, edited?: number): Promise<number> {
      demandShared(actor, teamId, "owner");
      const { name: old } = await reads.get(actor, teamId);
      describeAct({ ...onTeam(teamId, old), before: { name: old }, after: { name } });
      const version = await store.rename(teamId, name, edited);
      if (version !== undefined) return version;
      const stored = await reads.get(actor, teamId);
      throw staleUpdate("The team", { version: stored.version, value: { name: stored.name } }, edited!, { name });
    },

    /** Deletes a team without bots, and what other rooms keep for it. @throws NOT_FOUND, FORBIDDEN, CONFLICT it owns bots */
    async remove(actor: Actor, teamId: number): Promise<void> {
      demandShared(actor, teamId, "owner");
      const { name } = await reads.get(actor, teamId);
      describeAct({ ...onTeam(teamId, name), before: { name } });
      const members = await store.remove(teamId, deps.now(), others);
      if (typeof members === "string") throw refusal(members, teamId, 0);
      emit("rights.changed", { user_ids: members });
      // The team's service keys act under its id.
      emit("access.revoked", { user_id: teamId });
      logSecurity("team_deleted", { ...actorFields(actor), team_id: teamId });
    },

    /**
     * Takes a person out of every team before the account is deleted.
     *
     * @throws CONFLICT the person alone owns a team: somebody else must own it first, or it must be deleted
     */
    async leaveAll(userId: number): Promise<void> {
      const [alone] = await store.ownedAlone(userId);
      if (alone)
        throw new AppError("CONFLICT", `The team "${alone.name}" would have no owner: transfer or delete it first`);
      for (const { team_id } of await store.teamIdsOf(userId)) {
        // The record of the account's deletion comes with the deletion itself.
        const refused = await withoutAct(() => store.removeMember(team_id, userId));
        if (refused === "last-owner") throw refusal(refused, team_id, userId);
      }
      emit("rights.changed", { user_ids: [userId] });
    },
  };
}
