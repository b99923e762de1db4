/** Opens an empty, migrated database as the process's own, for tests of a room's store and service against the real thing. */

import { connect, disconnect, disconnectPrisma, ingest, migrate } from "@/lib/db";
import { env } from "@/lib/env";
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
