import { sql } from "kysely";
import { query } from "./query";

/** The database server's clock, in epoch milliseconds. PostgreSQL only: SQLite has no clock of its own. */
export async function databaseTime(): Promise<number> {
  const time = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::float8`;
  return (await query().selectNoFrom(time.as("at")).executeTakeFirstOrThrow()).at;
}
