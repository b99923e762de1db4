/** Opens an empty, migrated database as the process's own, for tests of a room's store and service against the real thing. */

import { connect, db, disconnect, disconnectPrisma, ingest, migrate } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import type { databases, TestDatabase } from "./databases";

/** @returns the database, whose close() also gives the process back what it had */
export async function openRoom({ provider, open }: (typeof databases)[number]): Promise<TestDatabase> {
  const database = await open();
  const before = { DATABASE_URL: env.DATABASE_URL, provider: env.provider };
  Object.assign(env, { DATABASE_URL: database.url, provider });
  await migrate();
  await connect();
  return {
    ...database,
    close: async () => {
      await ingest.drain();
      await disconnectPrisma();
      await disconnect();
      await database.close();
      Object.assign(env, before);
    },
  };
}

/** Bots with counters: one of user 1, two of user 2, of which one is being deleted. */
export async function addBots(): Promise<void> {
  for (const [id, owner, status, pending] of [
    ["a", 1, "online", 2],
    ["b", 2, "offline", 1],
    ["c", 2, "deleting", 0],
  ] as const)
    await db().run(
      `INSERT INTO bot (id, owner_id, name, status, status_since, token_hash, token_cipher, created_at,
                        pending_commands, total_logs, error_logs, warning_logs, critical_logs)
       VALUES ($1, $2, $1, $3, 0, $1, '', 0, $4, 10, 3, 2, 1)`,
      [id, owner, status, pending],
    );
}
