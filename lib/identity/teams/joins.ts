/** Teams for statements of other rooms. The columns' names stay in this room. */
import type { AliasableExpression } from "kysely";
import { keepRows, type Queries, query, sql } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
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

export const noTeam = (id: number) => new AppError("NOT_FOUND", `No team ${id}`, { field: "team_id" });

/** Selects ids and names of all teams but the personal ones. */
export const teamNames = (queries: Queries = query()) => queries.selectFrom("team").select(["id", "name"]);

const teamOf = (teamId: number, queries?: Queries) => teamIds(queries).where("id", "=", teamId);

/** Returns whether a shared team exists. */
export const isTeam = async (teamId: number): Promise<boolean> =>
  (await teamOf(teamId).executeTakeFirst()) !== undefined;

/** Keeps a team from being deleted until the transaction ends. @throws NOT_FOUND there is no such team */
export async function keepTeam(trx: Queries, teamId: number): Promise<void> {
  if (teamId < FIRST_TEAM) return;
  if ((await keepRows(teamOf(teamId, trx)).executeTakeFirst()) === undefined) throw noTeam(teamId);
}
