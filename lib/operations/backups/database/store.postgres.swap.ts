/** Replaces the live tables and files with those of the staged schema. */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { name, tablesOf, withClient } from "./store.postgres.client";
import type { SwappedFiles } from "./store.types";

async function moveTables(client: pg.Client, schema: string, live: string): Promise<void> {
  const old = await tablesOf(client, live);
  if (old.length > 0) await client.query(`DROP TABLE ${old.map((table) => `${name(live)}.${name(table)}`).join(", ")}`);
  for (const table of await tablesOf(client, schema))
    await client.query(`ALTER TABLE ${name(schema)}.${name(table)} SET SCHEMA ${name(live)}`);
  await client.query(`DROP SCHEMA ${name(schema)} CASCADE`);
}

/** Replaces everything or nothing. Until the commit, the live files are kept in `folder`. */
export const swap = (schema: string, live: string, files: SwappedFiles, folder: string): Promise<void> =>
  withClient(async (client) => {
    await client.query("BEGIN");
    await client.query("SET LOCAL lock_timeout = '20s'");
    let isMoved = false;
    const aside = join(folder, "files-before");
    try {
      await moveTables(client, schema, live);
      if (files) {
        mkdirSync(files.live, { recursive: true, mode: 0o700 });
        renameSync(files.live, aside);
        isMoved = true;
        renameSync(files.staged, files.live);
      }
      await client.query("COMMIT");
    } catch (error) {
      await client.query("ROLLBACK").catch(() => {});
      if (isMoved && files) {
        if (existsSync(files.live)) renameSync(files.live, files.staged);
        renameSync(aside, files.live);
      }
      throw error;
    }
  });
