/**
 * PostgreSQL: every table as lines of JSON, read in one REPEATABLE READ transaction. `pg_dump` is not used: it must be as
 * new as the server it asks, and what it writes cannot be brought to a newer version of Muster before it is put in place.
 * A restore fills a schema of its own, migrates it there, and moves its tables over in one transaction.
 */
import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { migrate } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { cutText } from "@/lib/core/format/text";
import { refused } from "./archive";
import type { Manifest } from "./contract";
import type { Copy, DatabaseBackup, Staged } from "./store";

const HISTORY = "_prisma_migrations";
const BATCH_ROWS = 500;
const BATCH_BYTES = 4_194_304;
const name = (text: string) => `"${text.replaceAll('"', '""')}"`;

async function withClient<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const { Client } = (await import("pg")).default;
  const client = new Client({ connectionString: env.DATABASE_URL, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

const tablesOf = async (client: pg.Client, schema: string): Promise<string[]> =>
  (await client.query("SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY tablename", [schema])).rows.map(
    ({ tablename }) => tablename,
  );

const currentSchema = async (client: pg.Client): Promise<string> =>
  (await client.query("SELECT current_schema() AS name")).rows[0].name;

const migrationsOf = async (client: pg.Client): Promise<string[]> =>
  (
    await client.query(
      `SELECT migration_name AS name FROM ${name(HISTORY)} WHERE rolled_back_at IS NULL ORDER BY migration_name`,
    )
  ).rows.map((row) => row.name);

export function createPostgresBackup(): DatabaseBackup {
  let staged: { schema: string; live: string } | undefined;
  return {
    provider: "postgresql",

    copy: (folder): Promise<Copy> =>
      withClient(async (client) => {
        await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        const migrations = await migrationsOf(client);
        const tables: Record<string, number> = {};
        const sources: Copy["sources"] = [];
        for (const table of await tablesOf(client, await currentSchema(client))) {
          const path = join(folder, `${table}.ndjson`);
          tables[table] = await writeTable(client, table, path);
          sources.push({ name: `database/${table}.ndjson`, path });
        }
        await client.query("COMMIT");
        return { tables, migrations, sources };
      }),

    stage: (folder, manifest): Promise<Staged> =>
      withClient(async (client) => {
        const schema = `muster_restore_${randomBytes(6).toString("hex")}`;
        const live = await currentSchema(client);
        const discard = () => withClient(async (other) => void (await drop(other, schema)));
        await client.query(`CREATE SCHEMA ${name(schema)}`);
        try {
          const url = new URL(env.DATABASE_URL);
          url.searchParams.set("options", `-c search_path=${schema}`);
          await migrateTo(url.href, folder, manifest.migrations);
          await client.query(`SET search_path = ${name(schema)}`);
          await fill(client, schema, folder, manifest);
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
        const value = await work({
          provider: "postgresql",
          all: async <Row>(text: string, params?: readonly unknown[]) => (await query(text, params)).rows as Row[],
          run: async (text, params) => (await query(text, params)).rowCount ?? 0,
        });
        await client.query("COMMIT");
        return value;
      }),

    async swap(folder, files, _marker) {
      const { schema, live } = staged!;
      await withClient(async (client) => {
        await client.query("BEGIN");
        await client.query("SET LOCAL lock_timeout = '20s'");
        let moved = false;
        const aside = join(folder, "files-before");
        try {
          const old = await tablesOf(client, live);
          if (old.length > 0)
            await client.query(`DROP TABLE ${old.map((table) => `${name(live)}.${name(table)}`).join(", ")}`);
          for (const table of await tablesOf(client, schema))
            await client.query(`ALTER TABLE ${name(schema)}.${name(table)} SET SCHEMA ${name(live)}`);
          await client.query(`DROP SCHEMA ${name(schema)} CASCADE`);
          if (files) {
            mkdirSync(files.live, { recursive: true, mode: 0o700 });
            renameSync(files.live, aside);
            moved = true;
            renameSync(files.staged, files.live);
          }
          await client.query("COMMIT");
        } catch (error) {
          await client.query("ROLLBACK").catch(() => {});
          if (moved && files) {
            if (existsSync(files.live)) renameSync(files.live, files.staged);
            renameSync(aside, files.live);
          }
          throw error;
        }
      });
      staged = undefined;
    },
  };
}

async function drop(client: pg.Client, schema: string) {
  await client.query(`DROP SCHEMA IF EXISTS ${name(schema)} CASCADE`);
}

async function writeTable(client: pg.Client, table: string, path: string): Promise<number> {
  let rows = 0;
  await client.query(`DECLARE rows NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS line FROM ${name(table)} t`);
  async function* lines() {
    for (;;) {
      const batch = (await client.query("FETCH 1000 FROM rows")).rows as { line: string }[];
      if (batch.length === 0) return;
      rows += batch.length;
      yield `${batch.map(({ line }) => line).join("\n")}\n`;
    }
  }
  // A disk that is full ends the reading too.
  await pipeline(lines, createWriteStream(path, { mode: 0o600 }));
  await client.query("CLOSE rows");
  return rows;
}

/** A schema with exactly the migrations a backup has: those of this code up to its last. */
async function migrateTo(url: string, folder: string, wanted: string[]): Promise<void> {
  const { cpSync, readdirSync } = await import("node:fs");
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

async function fill(client: pg.Client, schema: string, folder: string, manifest: Manifest): Promise<void> {
  const own = await tablesOf(client, schema);
  for (const table of Object.keys(manifest.tables))
    if (!own.includes(table)) throw refused(`table ${table} is not one of its version`);
  // Tables refer to one another in rings: the keys are made again, and so checked, when all rows are there.
  const keys = (
    await client.query(
      `SELECT conrelid::regclass::text AS on_table, conname, pg_get_constraintdef(oid) AS def
       FROM pg_constraint WHERE contype = 'f' AND connamespace = $1::regnamespace`,
      [schema],
    )
  ).rows as { on_table: string; conname: string; def: string }[];
  try {
    for (const { on_table, conname } of keys)
      await client.query(`ALTER TABLE ${on_table} DROP CONSTRAINT ${name(conname)}`);
    for (const table of own) {
      if (table === HISTORY) continue;
      await client.query(`DELETE FROM ${name(table)}`);
      const rows = await readTable(client, table, join(folder, `database/${table}.ndjson`));
      if (rows !== (manifest.tables[table] ?? 0)) throw refused(`table ${table} has other rows than its manifest says`);
    }
    for (const { on_table, conname, def } of keys)
      await client.query(`ALTER TABLE ${on_table} ADD CONSTRAINT ${name(conname)} ${def}`);
    await advance(client, schema);
  } catch (error) {
    if ((error as Error).name === "AppError") throw error;
    throw refused(`its database does not fit: ${cutText((error as Error).message, 200)}`);
  }
}

async function readTable(client: pg.Client, table: string, path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  let lines: string[] = [];
  let size = 0;
  let rows = 0;
  const insert = async () => {
    if (lines.length === 0) return;
    await client.query(
      `INSERT INTO ${name(table)} SELECT * FROM json_populate_recordset(NULL::${name(table)}, $1::json)`,
      [`[${lines.join(",")}]`],
    );
    rows += lines.length;
    lines = [];
    size = 0;
  };
  for await (const line of linesOf(path)) {
    lines.push(line);
    size += line.length;
    if (lines.length >= BATCH_ROWS || size >= BATCH_BYTES) await insert();
  }
  await insert();
  return rows;
}

/** By \n alone: texts may hold every other sign that readers of lines take for an end. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, { encoding: "utf8" })) {
    const texts = (rest + chunk).split("\n");
    rest = texts.pop()!;
    yield* texts;
  }
  if (rest) yield rest;
}

/** Sequences go on after the highest number given out. */
async function advance(client: pg.Client, schema: string): Promise<void> {
  const columns = (
    await client.query(
      `SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_schema) || '.' || quote_ident(table_name), column_name) AS sequence
       FROM information_schema.columns WHERE table_schema = $1`,
      [schema],
    )
  ).rows as { table_name: string; column_name: string; sequence: string | null }[];
  for (const { table_name, column_name, sequence } of columns)
    if (sequence)
      await client.query(
        `SELECT setval($1, coalesce((SELECT max(${name(column_name)}) FROM ${name(table_name)}), 0) + 1, false)`,
        [sequence],
      );
}
