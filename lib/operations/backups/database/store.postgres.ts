/**
 * PostgreSQL: every table is written as lines of JSON, read in one REPEATABLE READ transaction. `pg_dump` is not used,
 * because it must be as new as the server, and its output cannot be migrated to a newer version of Muster before it is
 * put in place. A restore fills a separate schema, migrates it there, and moves its tables over in one transaction.
 */
import { randomBytes } from "node:crypto";
import { cpSync, readdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { migrate, queriesIn } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { cutText } from "@/lib/core/format/text";
import { refused } from "@/lib/operations/backups/archive/format";
import { currentSchema, name, withClient } from "./store.postgres.client";
import { copy } from "./store.postgres.copy";
import { fill, unpackedRows } from "./store.postgres.fill";
import { swap } from "./store.postgres.swap";
import type { DatabaseBackup, Staged } from "./store.types";

export function createPostgresBackup(): DatabaseBackup {
  let staged: { schema: string; live: string } | undefined;
  return {
    provider: "postgresql",
    copy,

    stage: (folder, manifest): Promise<Staged> =>
      withClient(async (client) => {
        const schema = `muster_restore_${randomBytes(6).toString("hex")}`;
        const live = await currentSchema(client);
        const discard = () =>
          withClient(async (other) => void (await other.query(`DROP SCHEMA IF EXISTS ${name(schema)} CASCADE`)));
        await client.query(`CREATE SCHEMA ${name(schema)}`);
        try {
          const url = new URL(env.DATABASE_URL);
          url.searchParams.set("options", `-c search_path=${schema}`);
          await migrateTo(url.href, folder, manifest.migrations);
          await client.query(`SET search_path = ${name(schema)}`);
          await fill(client, schema, unpackedRows(folder, manifest.tables));
          const migrated = await migrate(url.href).catch((error) => {
            throw refused((error as Error).message);
          });
          staged = { schema, live };
          return { migrated, discard };
        } catch (error) {
          await discard();
          throw error;
        }
      }),

    amend: (_folder, work) =>
      withClient(async (client) => {
        await client.query(`SET search_path = ${name(staged!.schema)}`);
        await client.query("BEGIN");
        const query = (text: string, params: readonly unknown[] = []) => client.query(text, [...params]);
        const queries = queriesIn({
          provider: "postgresql",
          all: async <Row>(text: string, params?: readonly unknown[]) => (await query(text, params)).rows as Row[],
          run: async (text, params) => (await query(text, params)).rowCount ?? 0,
        });
        const value = await work(queries);
        await client.query("COMMIT");
        return value;
      }),

    async swap(folder, files) {
      await swap(staged!.schema, staged!.live, files, folder);
      staged = undefined;
    },
  };
}

/** Creates a schema with exactly the migrations of a backup: those of this code up to the backup's last one. */
async function migrateTo(url: string, folder: string, wanted: string[]): Promise<void> {
  const from = join(process.cwd(), "prisma/migrations/postgresql");
  const known = new Set(readdirSync(from));
  const to = join(folder, "migrations");
  await mkdir(to);
  for (const one of wanted) {
    if (!/^[a-z0-9_]+$/.test(one) || !known.has(one))
      throw refused(`it is of a newer version: migration ${cutText(one, 80)} is not known here`);
    cpSync(join(from, one), join(to, one), { recursive: true });
  }
  await migrate(url, to);
}
