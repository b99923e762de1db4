/** Reads what people may reach by membership and by grants. */
import type { BotRight, Rights } from "@/lib/core/actor";
import type { TeamRole } from "@/lib/core/contract.roles";
import { inList, query } from "@/lib/core/db";
import { lowerRole } from "@/lib/identity/access";
import { activeUsers } from "@/lib/identity/accounts";

type Granted = { user_id: number; bot_id: string; role: TeamRole; ends_at: number | null; member: TeamRole | null };

/** Grants to these people, and to teams in which they are; `member` is the role in that team. */
const grantsTo = (users: readonly number[], at: number): Promise<Granted[]> =>
  query()
    .selectFrom("bot_grant as g")
    .select(["g.user_id", "g.bot_id", "g.role", "g.ends_at"])
    .select((eb) => eb.val(null).as("member"))
    .where("g.user_id", "in", inList(users))
    .where((eb) => eb.or([eb("g.ends_at", "is", null), eb("g.ends_at", ">", at)]))
    .unionAll(
      query()
        .selectFrom("team_member as m")
        .innerJoin("bot_grant as g", "g.team_id", "m.team_id")
        .select(["m.user_id", "g.bot_id", "g.role", "g.ends_at", "m.role as member"])
        .where("m.user_id", "in", inList(users))
        .where((eb) => eb.or([eb("g.ends_at", "is", null), eb("g.ends_at", ">", at)])) as never,
    )
    .$castTo<Granted>()
    .execute();

/** Reads the rights of people. Each has an entry, even without any right. A grant to a team gives nobody more than their role in it. */
export async function readRights(users: readonly number[], at: number): Promise<Map<number, Rights>> {
  const rights = new Map(
    users.map((id) => [id, { teams: new Map<number, TeamRole>(), bots: new Map<string, BotRight[]>() }]),
  );
  if (users.length === 0) return rights;
  const members = await query()
    .selectFrom("team_member")
    .select(["user_id", "team_id", "role"])
    .where("user_id", "in", inList(users))
    .$narrowType<{ role: TeamRole }>()
    .execute();
  for (const { user_id, team_id, role } of members) rights.get(user_id)!.teams.set(team_id, role);
  for (const { user_id, bot_id, role, ends_at, member } of await grantsTo(users, at)) {
    const { bots } = rights.get(user_id)!;
    const right = { role: member === null ? role : lowerRole(role, member), ends_at };
    bots.set(bot_id, [...(bots.get(bot_id) ?? []), right]);
  }
  return rights;
}

/** The people who have a role in the team. */
export const membersOf = (teamId: number): Promise<{ user_id: number; role: TeamRole }[]> =>
  query()
    .selectFrom("team_member")
    .select(["user_id", "role"])
    .where("team_id", "=", teamId)
    .$narrowType<{ role: TeamRole }>()
    .execute();

/** The role of an active account on the server. */
export async function roleOfUser(userId: number): Promise<string | undefined> {
  return (await activeUsers().where("id", "=", userId).executeTakeFirst())?.role;
}
