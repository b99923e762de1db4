/**
 * Keeps roles in teams and shares of bots across a restore: those that ended or were lowered since the backup do not come
 * back. Teams, people and bots that do not exist now are left as the backup has them.
 */
import { keyOf } from "@/lib/core/contract.tag-keys";
import type { Queries, Row } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";

type Member = Pick<Row<"team_member">, "team_id" | "user_id" | "role" | "added_at" | "provider">;
export type PresentTeams = {
  teams: Pick<Row<"team">, "id" | "created_at">[];
  members: Member[];
  grants: Pick<Row<"bot_grant">, "id" | "role" | "ends_at">[];
  tagGrants: Pick<Row<"tag_grant">, "id" | "role" | "ends_at">[];
  rotatedKeys: Pick<Row<"team_key">, (typeof ROTATED)[number]>[];
};
/** The columns of a service key that a rotation changes. */
const ROTATED = ["id", "prefix", "key_hash", "previous_hash", "previous_until", "rotated_at"] as const;
/** The people and bots of the backup that are the same ones now. */
export type Unchanged = { people: ReadonlySet<number>; bots: ReadonlySet<string> };

export const readTeams = async (present: Queries): Promise<PresentTeams> => ({
  teams: await present.selectFrom("team").select(["id", "created_at"]).execute(),
  members: await present
    .selectFrom("team_member")
    .select(["team_id", "user_id", "role", "added_at", "provider"])
    .execute(),
  grants: await present.selectFrom("bot_grant").select(["id", "role", "ends_at"]).execute(),
  tagGrants: await present.selectFrom("tag_grant").select(["id", "role", "ends_at"]).execute(),
  rotatedKeys: await present.selectFrom("team_key").select(ROTATED).where("rotated_at", "is not", null).execute(),
});

export const readTeamIds = async (queries: Queries): Promise<number[]> =>
  (await queries.selectFrom("team").select("id").execute()).map(({ id }) => id);

const placeOf = ({ team_id, user_id, role }: Member) => `${team_id}:${user_id}:${role}`;

/** @returns the names of the teams whose members differ from the backup's */
async function keepMembers(staged: Queries, present: PresentTeams, people: Unchanged["people"]): Promise<string[]> {
  const created = new Map(present.teams.map(({ id, created_at }) => [id, created_at]));
  const changed: string[] = [];
  for (const team of await staged.selectFrom("team").select(["id", "name", "owner_id", "created_at"]).execute()) {
    if (created.get(team.id) !== team.created_at) continue;
    const before = await staged.selectFrom("team_member").selectAll().where("team_id", "=", team.id).execute();
    const after = present.members.filter(({ team_id, user_id }) => team_id === team.id && people.has(user_id));
    if (before.map(placeOf).sort().join() === after.map(placeOf).sort().join()) continue;
    changed.push(team.name);
    await staged.deleteFrom("team_member").where("team_id", "=", team.id).execute();
    for (const member of after) await staged.insertInto("team_member").values(member).execute();
    const owners = after.filter(({ role }) => role === "owner").sort((a, b) => a.added_at - b.added_at);
    if (owners.length > 0 && !owners.some(({ user_id }) => user_id === team.owner_id))
      await staged.updateTable("team").set({ owner_id: owners[0]!.user_id }).where("id", "=", team.id).execute();
  }
  return changed;
}

/** @returns the ids of the bots that are shared in another way than in the backup */
async function keepGrants(staged: Queries, present: PresentTeams, bots: Unchanged["bots"]): Promise<string[]> {
  const current = new Map(present.grants.map((grant) => [grant.id, grant]));
  const changed = new Set<string>();
  for (const { id, bot_id, role, ends_at } of await staged.selectFrom("bot_grant").selectAll().execute()) {
    const now = current.get(id);
    if (!bots.has(bot_id) || (now?.role === role && now.ends_at === ends_at)) continue;
    changed.add(bot_id);
    if (!now) await staged.deleteFrom("bot_grant").where("id", "=", id).execute();
    else
      await staged
        .updateTable("bot_grant")
        .set({ role: now.role, ends_at: now.ends_at })
        .where("id", "=", id)
        .execute();
  }
  return [...changed];
}

/** @returns the tags that are shared in another way than in the backup, and those that the backup shares now */
async function keepTagGrants(staged: Queries, present: PresentTeams): Promise<{ changed: string[]; shared: string[] }> {
  const current = new Map(present.tagGrants.map((grant) => [grant.id, grant]));
  const [changed, shared] = [new Set<string>(), new Set<string>()];
  for (const { id, key, name, role, ends_at } of await staged.selectFrom("tag_grant").selectAll().execute()) {
    const now = current.get(id);
    if (now) shared.add(key);
    if (now?.role === role && now.ends_at === ends_at) continue;
    changed.add(name);
    if (!now) await staged.deleteFrom("tag_grant").where("id", "=", id).execute();
    else
      await staged
        .updateTable("tag_grant")
        .set({ role: now.role, ends_at: now.ends_at })
        .where("id", "=", id)
        .execute();
  }
  return { changed: [...changed], shared: [...shared] };
}

/**
 * Removes teams that were deleted since the backup. Their bots go to the people who were the first owners.
 *
 * @param giveBots gives the bots of a team to another one, in the backup
 * @returns the names of the teams
 */
export async function withdrawTeams(
  staged: Queries,
  ids: readonly number[],
  giveBots: (staged: Queries, from: number, to: number) => Promise<void>,
): Promise<string[]> {
  const names: string[] = [];
  for (const id of ids) {
    const team = await staged.selectFrom("team").select(["name", "owner_id"]).where("id", "=", id).executeTakeFirst();
    if (!team) continue;
    await giveBots(staged, id, team.owner_id);
    for (const table of ["team_member", "bot_grant", "tag_grant", "team_key"] as const)
      await staged.deleteFrom(table).where("team_id", "=", id).execute();
    await staged.deleteFrom("tag_grant").where("owner_id", "=", id).execute();
    await staged.deleteFrom("team").where("id", "=", id).execute();
    names.push(team.name);
  }
  return names;
}

/**
 * Removes service keys that were revoked since the backup, and gives those that were rotated their present secret.
 *
 * @returns the names of the keys
 */
export async function keepTeamKeys(
  staged: Queries,
  { rotatedKeys }: PresentTeams,
  revoked: readonly string[],
): Promise<string[]> {
  const names: string[] = [];
  for (const id of revoked) {
    const key = await staged.deleteFrom("team_key").where("id", "=", id).returning("name").executeTakeFirst();
    if (key) names.push(key.name);
  }
  for (const { id, ...secret } of rotatedKeys) {
    const key = await staged
      .updateTable("team_key")
      .set(secret)
      .where("id", "=", id)
      .where("key_hash", "<>", secret.key_hash)
      .returning("name")
      .executeTakeFirst();
    if (key) names.push(key.name);
  }
  return names;
}

/** The tags that service keys are limited to, in the spelling by which they are compared. */
export async function readTeamKeyTags(staged: Queries): Promise<string[]> {
  const keys = await staged.selectFrom("team_key").select("tags").where("tags", "is not", null).execute();
  return keys.flatMap(({ tags }) => readJson<string[]>(tags!)).map(keyOf);
}

export const keepTeams = async (staged: Queries, present: PresentTeams, { people, bots }: Unchanged) => ({
  teams: await keepMembers(staged, present, people),
  bots: await keepGrants(staged, present, bots),
  tags: await keepTagGrants(staged, present),
});
