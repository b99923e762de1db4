/** Grants of tags: bots of a team that have a tag, shared with a person or another team. */
import { inList, lockName, type Queries, query, type Row, readPage, sql, transaction } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import { userNames } from "@/lib/identity/accounts";
import { SHARED_TAGS_MAX, TAG_BOTS_MAX, TAG_GRANTS_MAX } from "./contract.constants";
import type { NewGrant } from "./store.grants";
import type { BotTags } from "./store.rights";

export type NewTagGrant = Omit<Row<"tag_grant">, "role"> & Pick<NewGrant, "role">;
export type TagGrantRow = NewTagGrant & {
  username: string | null;
  team_name: string | null;
  created_by_name: string | null;
  bots: number;
};
/** Why a grant was not stored. */
export type TagRefused = "too-many-grants" | "too-many-shared" | "too-many-bots";

async function count(trx: Queries, column: "owner_id" | "user_id" | "team_id", value: number): Promise<number> {
  const { grants } = await trx
    .selectFrom("tag_grant")
    .select((eb) => eb.fn.countAll<number>().as("grants"))
    .where(column, "=", value)
    .executeTakeFirstOrThrow();
  return grants;
}

/** Changes of the grants of one team run one after the other. */
const lockGrants = (trx: Queries, ownerId: number) => lockName(trx, `tag grants:${ownerId}`);

/** These statements read grants alone, so they are the same for every definition of tags. */
const plain = {
  async change(id: string, change: Partial<Pick<NewTagGrant, "role" | "ends_at">>): Promise<boolean> {
    const grant = query().updateTable("tag_grant").set(change).where("id", "=", id);
    return (await grant.executeTakeFirst()).numUpdatedRows > 0n;
  },

  async remove(id: string): Promise<boolean> {
    const grant = await query().deleteFrom("tag_grant").where("id", "=", id).executeTakeFirst();
    return grant.numDeletedRows > 0n;
  },

  /** Those of the tags that a team shares at `at`, as the transaction sees them. */
  async sharedOf(trx: Queries, ownerId: number, keys: readonly string[], at: number): Promise<string[]> {
    const rows = await trx
      .selectFrom("tag_grant")
      .select("key")
      .distinct()
      .where("owner_id", "=", ownerId)
      .where("key", "in", inList(keys))
      .where((eb) => eb.or([eb("ends_at", "is", null), eb("ends_at", ">", at)]))
      .execute();
    return rows.map(({ key }) => key);
  },

  /** To whom these teams share tags; `keys` limits them to some tags. */
  recipientsOf: (
    owners: readonly number[],
    keys?: readonly string[],
  ): Promise<Pick<NewTagGrant, "user_id" | "team_id">[]> =>
    query()
      .selectFrom("tag_grant")
      .select(["user_id", "team_id"])
      .distinct()
      .where("owner_id", "in", inList(owners))
      .$if(keys !== undefined, (rows) => rows.where("key", "in", inList(keys!)))
      .execute(),

  /** Removes grants that ended before `at` (epoch ms), and those of teams and accounts that are gone. */
  async sweep(at: number): Promise<void> {
    await query().deleteFrom("tag_grant").where("ends_at", "<", at).execute();
    await query()
      .deleteFrom("tag_grant")
      .where(
        (eb) =>
          sql<boolean>`${eb.ref("owner_id")} not in ${query().selectFrom("team").select("id").unionAll(userNames().clearSelect().select("id"))}`,
      )
      .execute();
  },
};

/** The transaction of a change of tags, in which it is checked. */
export type TagTransaction = Queries;

export function createTagGrantStore(tagged: BotTags) {
  const grants = () =>
    query()
      .selectFrom("tag_grant as g")
      .leftJoin(userNames().as("u"), "u.id", "g.user_id")
      .leftJoin("team as t", "t.id", "g.team_id")
      .leftJoin(userNames().as("by"), "by.id", "g.created_by")
      .selectAll("g")
      .select(["u.username", "t.name as team_name", "by.username as created_by_name"])
      .select((eb) =>
        eb
          .selectFrom(tagged().as("b"))
          .select((one) => one.fn.countAll<number>().as("bots"))
          .whereRef("b.team_id", "=", "g.owner_id")
          .whereRef("b.key", "=", "g.key")
          .as("bots"),
      )
      .$castTo<TagGrantRow>();

  /** Counts the bots of a team that have a tag. */
  const countBots = async (trx: Queries, ownerId: number, key: string): Promise<number> => {
    const { bots } = await trx
      .selectFrom(tagged(trx).as("b"))
      .select((eb) => eb.fn.countAll<number>().as("bots"))
      .where("b.team_id", "=", ownerId)
      .where("b.key", "=", key)
      .executeTakeFirstOrThrow();
    return bots;
  };

  return {
    countBots,

    /** Grants that a person made and that have not ended by `at`, newest first. */
    givenBy: (userId: number, at: number, limit: number): Promise<(TagGrantRow & { owner_name: string | null })[]> =>
      grants()
        .leftJoin("team as o", "o.id", "g.owner_id")
        .select("o.name as owner_name")
        .where("g.created_by", "=", userId)
        .where((eb) => eb.or([eb("g.ends_at", "is", null), eb("g.ends_at", ">", at)]))
        .orderBy("g.created_at", "desc")
        .limit(limit)
        .execute(),

    find: (id: string): Promise<TagGrantRow | undefined> => grants().where("g.id", "=", id).executeTakeFirst(),

    /** Adds a grant, or replaces the one of the tag to the same person or team. @returns its id, or why it was refused */
    add: (grant: NewTagGrant): Promise<{ id: string } | TagRefused> =>
      transaction(async (trx) => {
        const column = grant.user_id === null ? "team_id" : "user_id";
        const to = (grant.user_id ?? grant.team_id)!;
        await lockGrants(trx, grant.owner_id);
        if ((await countBots(trx, grant.owner_id, grant.key)) > TAG_BOTS_MAX) return "too-many-bots";
        const known = await trx
          .selectFrom("tag_grant")
          .select("id")
          .where("owner_id", "=", grant.owner_id)
          .where("key", "=", grant.key)
          .where(column, "=", to)
          .executeTakeFirst();
        if (known) {
          const { name, role, ends_at, created_by, created_at } = grant;
          const change = { name, role, ends_at, created_by, created_at };
          await trx.updateTable("tag_grant").set(change).where("id", "=", known.id).execute();
          return known;
        }
        if ((await count(trx, "owner_id", grant.owner_id)) >= TAG_GRANTS_MAX) return "too-many-grants";
        if ((await count(trx, column, to)) >= SHARED_TAGS_MAX) return "too-many-shared";
        await trx.insertInto("tag_grant").values(grant).execute();
        return { id: grant.id };
      }),

    /** A page of a team's grants, oldest first, ended ones included until they are swept. */
    page: (ownerId: number, range: { after?: Cursor; limit: number }): Promise<Page<TagGrantRow>> =>
      readPage(grants().where("g.owner_id", "=", ownerId), { by: ["g.created_at", "g.id"], direction: "asc" }, range),

    ...plain,
  };
}

export type TagGrantStore = ReturnType<typeof createTagGrantStore>;
