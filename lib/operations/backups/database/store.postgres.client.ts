/**
 * Opens a separate PostgreSQL connection, and reads the catalog. Statements about schemas are SQL text, because Kysely
 * has none.
 */
import type pg from "pg";
import { env } from "@/lib/core/env";

export const HISTORY = "_prisma_migrations";
/** Quotes a name for use in a statement. */
export const name = (text: string) => `"${text.replaceAll('"', '""')}"`;

export async function withClient<T>(work: (client: pg.Client) => Promise<T>, url = env.DATABASE_URL): Promise<T> {
  const { Client } = (await import("pg")).default;
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

export const tablesOf = async (client: pg.Client, schema: string): Promise<string[]> =>
  (await client.query("SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY tablename", [schema])).rows.map(
    ({ tablename }) => tablename,
  );

export const currentSchema = async (client: pg.Client): Promise<string> =>
  (await client.query("SELECT current_schema() AS name")).rows[0].name;
