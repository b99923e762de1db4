/** Reads what people may reach by membership and by grants. */
import type { SelectQueryBuilder } from "kysely";
import type { Tables } from "@/generated/tables";
import type { BotRight, Rights } from "@/lib/core/actor";
import type { TeamRole } from "@/lib/core/contract.roles";
import { inList, type Queries, query } from "@/lib/core/db";
import { lowerRole } from "@/lib/identity/access";
import { activeUsers } from "@/lib/identity/accounts";

/** Selects the tags that people gave bots, and the team that owns each bot. The room of bots defines it. */
export type BotTags = (
  queries?: Queries,
) => SelectQueryBuilder<Tables, "bot" | "bot_tag", { bot_id: string; team_id: number | null; key: string }>;
/** Reads the rights of people. Each has an entry, even without any right. */
export type ReadRights = (users: readonly number[], at: number) => Promise<Map<number, Rights>>;

/** A right to one bot by a grant. `member` is the role in the team that the grant is for; null for a grant to the person. */
type Granted = { user_id: number; bot_id: string; role: TeamRole; ends_at: number | null; member: TeamRole | null };

/** Grants of bots to these people, and to teams in which they are. */
const botGrantsTo = (users: readonly number[], at: number): Promise<Granted[]> =>
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

type TagRight = Omit<Granted, "bot_id"> & { owner_id: number; key: string; tag: string };

/** Grants of tags to these people, and to teams in which they are. */
const tagGrantsTo = (users: readonly number[], at: number): Promise<TagRight[]> =>
  query()
    .selectFrom("tag_grant as g")
    .select(["g.user_id", "g.owner_id", "g.key", "g.name as tag", "g.role", "g.ends_at"])
    .select((eb) => eb.val(null).as("member"))
    .where("g.user_id", "in", inList(users))
    .where((eb) => eb.or([eb("g.ends_at", "is", null), eb("g.ends_at", ">", at)]))
    .unionAll(
      query()
        .selectFrom("team_member as m")
        .innerJoin("tag_grant as g", "g.team_id", "m.team_id")
        .select(["m.user_id", "g.owner_id", "g.key", "g.name as tag", "g.role", "g.ends_at", "m.role as member"])
        .where("m.user_id", "in", inList(users))
        .where((eb) => eb.or([eb("g.ends_at", "is", null), eb("g.ends_at", ">", at)])) as never,
    )
    .$castTo<TagRight>()
    .execute();

const nameOf = (teamId: number | null, key: string) => `${teamId} ${key}`;

/** Returns the bots of each team and tag. People who reach the same tag share one look-up. */
async function botsOfTags(tagged: BotTags, rights: readonly TagRight[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (rights.length === 0) return found;
  const rows = await query()
    .selectFrom(tagged().as("b"))
    .select(["b.bot_id", "b.team_id", "b.key"])
    .where("b.team_id", "in", inList([...new Set(rights.map(({ owner_id }) => owner_id))]))
    .where("b.key", "in", inList([...new Set(rights.map(({ key }) => key))]))
    .execute();
  for (const { bot_id, team_id, key } of rows) {
    const name = nameOf(team_id, key);
    const bots = found.get(name);
    if (bots) bots.push(bot_id);
    else found.set(name, [bot_id]);
  }
  return found;
}

/** Builds the reader of rights. A grant to a team gives nobody more than their role in it. */
export const createRightsReader =
  (tagged: BotTags): ReadRights =>
  async (users, at) => {
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
    const add = (grant: Omit<Granted, "bot_id"> & { tag?: string }, botId: string) => {
      const { role, ends_at, member, tag } = grant;
      const { bots } = rights.get(grant.user_id)!;
      const right = {
        role: member === null ? role : lowerRole(role, member),
        ends_at,
        ...(tag !== undefined && { tag }),
      };
      bots.set(botId, [...(bots.get(botId) ?? []), right]);
    };
    for (const grant of await botGrantsTo(users, at)) add(grant, grant.bot_id);
    const byTag = await tagGrantsTo(users, at);
    const bots = await botsOfTags(tagged, byTag);
    for (const grant of byTag) for (const botId of bots.get(nameOf(grant.owner_id, grant.key)) ?? []) add(grant, botId);
    return rights;
  };

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
