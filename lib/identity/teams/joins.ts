/** Teams for statements of other rooms. The columns' names stay in this room. */
import type { AliasableExpression } from "kysely";
import { keepRows, type Queries, query, sql } from "@/lib/core/db";
import { FIRST_TEAM } from "./contract.constants";

/**
 * SQL text of the person whom documents show as the owner of a team's bots: the person of a personal team, or the first
 * owner. The team table is read for other teams only, so a personal bot costs no look-up.
 */
export const firstOwnerText = (column: string): string =>
  `CASE WHEN ${column} < ${FIRST_TEAM} THEN ${column} ELSE (SELECT t.owner_id FROM team AS t WHERE t.id = ${column}) END`;

/** `firstOwnerText` as an expression. @param column `table.column` */
export const firstOwner = (column: string): AliasableExpression<number | null> =>
  sql<number | null>`${sql.raw(firstOwnerText(column))}`;

/** Selects the ids of all teams but the personal ones. */
export const teamIds = (queries: Queries = query()) => queries.selectFrom("team").select("id");

/** Keeps a team from being deleted until the transaction ends. @returns false when there is no such team */
export async function keepTeam(trx: Queries, teamId: number): Promise<boolean> {
  if (teamId < FIRST_TEAM) return true;
  return (
    (await keepRows(trx.selectFrom("team").select("id").where("id", "=", teamId)).executeTakeFirst()) !== undefined
  );
}
