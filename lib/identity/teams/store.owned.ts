/**
 * Gives every table of things that teams own (schedules, webhooks, maintenance windows) the same statements. Each room names its own
 * table and writes the statements that only it needs.
 */
import type { Kysely, SelectQueryBuilder, Updateable } from "kysely";
import type { Tables } from "@/generated/tables";
import { inList, lockName, type Queries, query, type Row, readPage, type SqlBool, sql } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import { remainingUserIds } from "@/lib/identity/accounts";
import { keepTeam, teamIds, teamNames } from "./joins";

/** `team_id` is null for what belongs to the whole server. A personal team has the id of its person. */
type OwnedColumns = { seq: number; id: string; team_id: number | null; created_by: number | null };
/** A table whose rows belong to teams. */
export type OwnedTable = { [Table in keyof Tables]: Row<Table> extends OwnedColumns ? Table : never }[keyof Tables];
/** Any such table, seen by the columns that all of them have. */
type Shared = { owned: OwnedColumns & { version: number } };
type SharedQueries = Pick<Kysely<Shared>, "selectFrom" | "updateTable" | "deleteFrom">;

const on = (queries: Queries) => queries as unknown as SharedQueries;

/** The teams whose rows are read: undefined stands for all; `ofServer` adds rows without a team to those of `teams`. */
type OwnedFilter = { teams?: readonly number[]; team_id?: number; ofServer?: boolean };

/** `column` holds the id of the team; null for what belongs to the whole server. */
type Owner = { column?: "team_id" | "owner_id"; teamId: number | null };

/** Counts the rows of a team. */
export async function countOwned(
  queries: Queries,
  table: keyof Tables,
  { column = "team_id", teamId }: Owner,
): Promise<number> {
  const { rows } = await on(queries)
    .selectFrom(table as string as "owned")
    .select((eb) => eb.fn.countAll<number>().as("rows"))
    .where(column as "team_id", teamId === null ? "is" : "=", teamId)
    .executeTakeFirstOrThrow();
  return Number(rows);
}

/**
 * Waits for others that add rows for the same team, and keeps the team from being deleted until the transaction ends.
 *
 * @throws NOT_FOUND there is no such team
 */
export async function lockPlaces(trx: Queries, table: keyof Tables, teamId: number | null): Promise<void> {
  if (teamId !== null) await keepTeam(trx, teamId);
  // Without the lock, two requests at once would each miss the other's row.
  await lockName(trx, `${table}:${teamId}`);
}

/** Waits as `lockPlaces`. @returns false when the team has `max` rows already @throws NOT_FOUND there is no such team */
export async function hasPlace(trx: Queries, table: keyof Tables, owner: Owner & { max: number }): Promise<boolean> {
  await lockPlaces(trx, table, owner.teamId);
  return (await countOwned(trx, table, owner)) < owner.max;
}

/** Lists rows, newest first. */
const pageOf = <Table extends OwnedTable>(
  table: Table,
  { teams, team_id, ofServer = false }: OwnedFilter,
  range: { after?: Cursor; limit: number },
): Promise<Page<Row<Table>>> =>
  readPage(
    on(query())
      .selectFrom(table as string as "owned")
      .selectAll()
      .$if(teams !== undefined, (rows) =>
        rows.where((eb) =>
          eb.or([eb("team_id", "in", inList(teams!)), ...(ofServer ? [eb("team_id", "is", null)] : [])]),
        ),
      )
      .$if(team_id !== undefined, (rows) => rows.where("team_id", "=", team_id!))
      .$castTo<Row<Table>>(),
    { by: ["seq"], direction: "desc" },
    range,
  );

/**
 * Selects the newest rows that a person created or owns alone, with the name of a shared team. The table is `c`.
 *
 * @param alsoBy  another column that names a person
 */
const createdBy = <Table extends OwnedTable>(
  table: Table,
  { userId, limit, alsoBy }: { userId: number; limit: number; alsoBy?: keyof Row<Table> & string },
) =>
  on(query())
    .selectFrom(`${table as string as "owned"} as c`)
    .leftJoin(teamNames().as("t"), "t.id", "c.team_id")
    .select(["c.id", "t.name as team_name"])
    .where((eb) =>
      eb.or([
        ...[eb("c.created_by", "=", userId), eb("c.team_id", "=", userId)],
        ...(alsoBy ? [eb(`c.${alsoBy}` as "c.created_by", "=", userId)] : []),
      ]),
    )
    .orderBy("c.seq", "desc")
    .limit(limit) as unknown as SelectQueryBuilder<
    Record<"c", Tables[Table]>,
    "c",
    { id: string; team_name: string | null }
  >;

/** Builds the statements that every table of things of teams needs. */
export function ownedRows<Table extends OwnedTable>(table: Table) {
  const name = table as string as "owned";
  return {
    page: (filter: OwnedFilter, range: { after?: Cursor; limit: number }) => pageOf(table, filter, range),

    count: (teamId: number | null): Promise<number> => countOwned(query(), table, { teamId }),

    createdBy: (userId: number, limit: number, alsoBy?: keyof Row<Table> & string) =>
      createdBy(table, { userId, limit, alsoBy }),

    get: (id: string): Promise<Row<Table> | undefined> =>
      on(query()).selectFrom(name).selectAll().where("id", "=", id).executeTakeFirst() as unknown as Promise<
        Row<Table> | undefined
      >,

    /**
     * Changes a row and counts its version up.
     *
     * @param expected  the version on which the change is based
     * @returns undefined when it is gone, or no longer at that version
     */
    put: (
      id: string,
      columns: Partial<Updateable<Tables[Table]>>,
      expected?: number,
      queries: Queries = query(),
    ): Promise<Row<Table> | undefined> =>
      on(queries)
        .updateTable(name)
        .set((eb) => ({ ...(columns as object), version: eb("version", "+", 1) }))
        .where("id", "=", id)
        .$if(expected !== undefined, (row) => row.where("version", "=", expected!))
        .returningAll()
        .executeTakeFirst() as unknown as Promise<Row<Table> | undefined>,

    /** @returns false when there is no such row */
    remove: async (id: string): Promise<boolean> =>
      (await on(query()).deleteFrom(name).where("id", "=", id).executeTakeFirst()).numDeletedRows > 0n,

    /** Deletes what a person kept alone whose account was deleted, also from a backup that is being restored. */
    async erase(queries: Queries, userId: number): Promise<void> {
      await on(queries).deleteFrom(name).where("team_id", "=", userId).execute();
    },

    /** Deletes the rows of people and teams that were deleted. @returns how many */
    async removeOrphans(): Promise<number> {
      const isGone = sql<SqlBool>`team_id not in ${remainingUserIds()} and team_id not in ${teamIds()}`;
      const { numDeletedRows } = await on(query()).deleteFrom(name).where(isGone).executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
