/** Shares single bots with people and teams, for a while or without an end. */
import { type Actor, asUser } from "@/lib/core/actor";
import { describeAct, describeUpdate } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { type Clock, iso, isoOrNull } from "@/lib/core/clock";
import type { TeamRole } from "@/lib/core/contract.roles";
import { parseTime } from "@/lib/core/contract.time";
import { AppError, invalid } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { afterPair, dashed, rowsOf, shownPage } from "@/lib/core/pages";
import type { OwnedBot } from "@/lib/identity/access";
import { FIRST_TEAM, GRANTS_MAX, SHARED_MAX } from "./contract.constants";
import type { BotGrant } from "./contract.grants";
import type { GrantRow, GrantStore, NewGrant } from "./store.grants";
import { membersOf } from "./store.rights";

type Deps = {
  store: GrantStore;
  /** The name of a team; undefined when there is no such team. */
  teamName(teamId: number): Promise<string | undefined>;
  findUser(by: { user_id?: number; username?: string }): Promise<{ id: number; username: string } | undefined>;
  /** Checks the caller's role on the bot. @throws NOT_FOUND, FORBIDDEN */
  bots: { reach(actor: Actor, botId: string, least: TeamRole): Promise<OwnedBot> };
  emit: Emit;
  now: Clock;
  newId(prefix: string): string;
};
type Role = NewGrant["role"];
type Target = Pick<NewGrant, "user_id" | "team_id">;
/** `ends_at` as clients send it: RFC 3339, null for no end. */
type Change = { role?: Role; ends_at?: string | null };
type Input = { user_id?: number; username?: string; team_id?: number; role: Role; ends_at?: string | null };

/** A team as the target of an announcement. */
const ofTeam = (id: number): Target =>
  id < FIRST_TEAM ? { user_id: id, team_id: null } : { user_id: null, team_id: id };

/** A grant in the audit log, by the name of whom it is for. */
const actTarget = ({ id, bot_id, username, team_name }: GrantRow) => ({
  ...{ type: "bot_grant", id, name: username ?? team_name, bot_id },
});

const noGrant = (id: string) => new AppError("NOT_FOUND", `The bot has no grant ${id}`);

const toGrant = (row: GrantRow): BotGrant => ({
  ...{ id: row.id, bot_id: row.bot_id, role: row.role },
  user: row.user_id === null ? null : { id: row.user_id, username: row.username },
  team: row.team_id === null ? null : { id: row.team_id, name: row.team_name },
  ...{ created_by_name: row.created_by_name, created_at: iso(row.created_at), ends_at: isoOrNull(row.ends_at) },
});

/** The end in epoch ms. @throws INVALID_INPUT an end that has passed */
function endOf(text: string | null, at: number): number | null {
  const end = text === null ? null : parseTime(text);
  if (end !== null && end <= at) throw invalid("ends_at", "must lie in the future");
  return end;
}

/** @throws NOT_FOUND no such person or team; CONFLICT the team owns the bot; INVALID_INPUT none or both are named */
async function targetOf(
  { findUser, teamName }: Pick<Deps, "findUser" | "teamName">,
  bot: OwnedBot,
  { user_id, username, team_id }: Input,
) {
  const isTeam = team_id !== undefined;
  if (isTeam === (user_id !== undefined || username !== undefined))
    throw invalid("username", "name either a person (user_id or username) or a team (team_id)");
  const user = isTeam ? undefined : await findUser({ user_id, username });
  if (!isTeam && !user) throw new AppError("NOT_FOUND", `No user ${username ?? user_id}`);
  const team = isTeam && team_id >= FIRST_TEAM ? await teamName(team_id) : undefined;
  if (isTeam && team === undefined) throw new AppError("NOT_FOUND", `No team ${team_id}`);
  if (bot.team_id === (user?.id ?? team_id))
    throw new AppError("CONFLICT", "The bot belongs to this person or team already");
  return { target: { user_id: user?.id ?? null, team_id: team_id ?? null }, name: user?.username ?? team };
}

/** Returns the bots that a person shared, and with whom. Other rooms call it, so it checks no caller. */
const givenBy =
  ({ store, now }: Deps) =>
  async (userId: number, limit: number): Promise<{ bot_id: string; shared_with: string }[]> => {
    const rows = await store.givenBy(userId, now(), limit);
    return rows.map((row) => ({
      bot_id: row.bot_id,
      shared_with: row.username ?? row.team_name ?? "a deleted account",
    }));
  };

/** Ends grants with the ownership that they rest on, and announces every change of rights. */
function createEnding({ store, emit }: Pick<Deps, "store" | "emit">) {
  /** Announces that the rights of a grant's person, or of its team's members, have changed. */
  async function announce({ user_id, team_id }: Target): Promise<void> {
    const users = user_id === null ? (await membersOf(team_id!)).map((member) => member.user_id) : [user_id];
    if (users.length > 0) emit("rights.changed", { user_ids: users });
  }

  return {
    announce,

    /** Removes the grants of a deleted bot: they must not apply to the next bot of the same id. */
    async removeOf(botId: string): Promise<void> {
      for (const target of await store.removeOf(botId)) await announce(target);
    },

    /**
     * Announces that a bot went to another team, whose owners decide with whom it is shared now.
     *
     * @param ended to whom it was shared
     */
    async moved(ended: readonly Target[], from: number, to: number): Promise<void> {
      for (const target of [...ended, ...[from, to].map(ofTeam)]) await announce(target);
    },
  };
}

export function createGrantService(deps: Deps) {
  const { store, bots, now, newId } = deps;
  const { announce, ...ending } = createEnding(deps);

  /** @throws NOT_FOUND, FORBIDDEN */
  async function owned(actor: Actor, botId: string, grantId: string): Promise<GrantRow> {
    asUser(actor, "admin");
    await bots.reach(actor, botId, "owner");
    const grant = await store.find(grantId);
    if (grant?.bot_id !== botId) throw noGrant(grantId);
    return grant;
  }

  return {
    givenBy: givenBy(deps),

    ...ending,

    /** A page of a bot's grants. @throws NOT_FOUND, FORBIDDEN all but maintainers */
    async list(actor: Actor, botId: string, { cursor, limit }: { cursor?: string; limit: number }) {
      await bots.reach(actor, botId, "maintainer");
      const found = await store.page(botId, { after: afterPair(cursor), limit });
      const { items, next_cursor } = shownPage(found, toGrant, dashed);
      return { grants: rowsOf(items), next_cursor };
    },

    /**
     * Shares a bot; a second grant to the same person or team replaces the first.
     *
     * @throws NOT_FOUND, FORBIDDEN all but owners; CONFLICT too many; INVALID_INPUT
     */
    async add(actor: Actor, botId: string, input: Input): Promise<BotGrant> {
      const user = asUser(actor, "admin");
      const bot = await bots.reach(actor, botId, "owner");
      const ends_at = endOf(input.ends_at ?? null, now());
      const { target, name } = await targetOf(deps, bot, input);
      const { role } = input;
      const grant = { id: newId("grant"), bot_id: botId, ...target, role, ends_at, created_by: user.user_id };
      describeAct({
        target: { type: "bot_grant", id: grant.id, name, bot_id: botId },
        ...{ team_id: bot.team_id, after: { ...target, role, ends_at: isoOrNull(ends_at) } },
      });
      const id = await store.add({ ...grant, created_at: now() });
      if (!id)
        throw new AppError(
          "CONFLICT",
          `A bot has at most ${GRANTS_MAX} grants, and at most ${SHARED_MAX} bots are shared with one person or team`,
        );
      await announce(target);
      logSecurity("bot_shared", { ...actorFields(actor), bot_id: botId, ...target, role, ends_at });
      return toGrant((await store.find(id))!);
    },

    /** Changes role or end. @throws NOT_FOUND, FORBIDDEN, INVALID_INPUT */
    async change(actor: Actor, botId: string, grantId: string, { role, ends_at }: Change): Promise<BotGrant> {
      const grant = await owned(actor, botId, grantId);
      if (role === undefined && ends_at === undefined) throw invalid("role", "send role or ends_at");
      const change = { ...(role && { role }), ...(ends_at !== undefined && { ends_at: endOf(ends_at, now()) }) };
      const { ends_at: end, ...others } = change;
      const to = { ...others, ...(end !== undefined && { ends_at: isoOrNull(end) }) };
      describeUpdate(actTarget(grant), toGrant(grant), to);
      if (!(await store.change(grantId, change))) throw noGrant(grantId);
      await announce(grant);
      logSecurity("bot_share_changed", { ...actorFields(actor), bot_id: botId, grant_id: grantId, ...change });
      return toGrant({ ...grant, ...change });
    },

    /** Ends a grant. @throws NOT_FOUND, FORBIDDEN */
    async end(actor: Actor, botId: string, grantId: string): Promise<void> {
      const grant = await owned(actor, botId, grantId);
      const { user, team, role, ends_at } = toGrant(grant);
      describeAct({ target: actTarget(grant), before: { user, team, role, ends_at } });
      if (!(await store.remove(grantId))) throw noGrant(grantId);
      await announce(grant);
      logSecurity("bot_share_ended", { ...actorFields(actor), bot_id: botId, grant_id: grantId });
    },
  };
}
