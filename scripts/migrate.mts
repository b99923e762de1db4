/**
 * Authors migrations and checks them against prisma/schema.prisma, for SQLite and PostgreSQL.
 *
 *   npm run migrate -- create <name>   writes prisma/migrations/<provider>/<time>_<name>/migration.sql
 *   npm run migrate -- check           exit code 2 when the migrations do not add up to the schema
 *
 * Both replay the existing migrations on a throw-away database (in memory; for PostgreSQL a database of its own on
 * TEST_POSTGRES_URL, or on a private server started for the purpose) and compare the result with the schema. Nothing here
 * touches a real database: applying is lib/core/db/migrate.ts, at start.
 * The schema engine runs as WebAssembly, so no engine binary is downloaded.
 */
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import * as wasm from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";
import { memoryAdapter } from "@/lib/core/db/prisma-sqlite";
import { withAddedColumns } from "./add-columns";
import { postgresSchema } from "./postgres-schema.mjs";

type Provider = "sqlite" | "postgresql";

/** Tables of full-text search. Migrations create them by hand and no model describes them, so the comparison leaves them out. */
const FTS_TABLES = ["log_fts", "message_fts"];
const FTS5_TABLES = ["data", "idx", "docsize", "config", "content", "removed", "terms"];
const EXTERNAL: Record<Provider, string[]> = {
  sqlite: FTS_TABLES.flatMap((table) => [table, ...FTS5_TABLES.map((part) => `${table}_${part}`)]),
  postgresql: FTS_TABLES.map((table) => `public.${table}`),
};

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const folder = (provider: Provider) => join(root, "prisma/migrations", provider);

function schemaOf(provider: Provider): string {
  const schema = readFileSync(join(root, "prisma/schema.prisma"), "utf8");
  return provider === "sqlite" ? schema : postgresSchema(schema);
}

/**
 * Sends text without arguments to executeScript, which takes any number of statements. The engine replays a whole migration
 * as one text, but SQLite prepares only one statement at a time.
 */
function sqliteFactory(): SqlMigrationAwareDriverAdapterFactory {
  const connectToShadowDb = async () => {
    const adapter = memoryAdapter();
    const executeRaw = adapter.executeRaw.bind(adapter);
    adapter.executeRaw = async (query) => {
      if (query.args.length) return executeRaw(query);
      await adapter.executeScript(query.sql);
      return 0;
    };
    return adapter;
  };
  return { provider: "sqlite", adapterName: "shadow", connect: connectToShadowDb, connectToShadowDb };
}

/**
 * The stock adapter needs three corrections: a connection string would win over the shadow's database name, so the
 * pool is made from parts; the catalogue's "char" columns (oid 18) are unknown to it and read as bpchar (1042) instead; and a
 * shadow's pool must end before its database is dropped.
 */
function postgresFactory(url: string): SqlMigrationAwareDriverAdapterFactory {
  const at = new URL(url);
  const config: pg.PoolConfig = {
    host: at.hostname,
    port: Number(at.port || 5432),
    user: decodeURIComponent(at.username || "postgres"),
    password: decodeURIComponent(at.password),
    database: at.pathname.slice(1) || "postgres",
  };
  const open = async (database: string): Promise<SqlDriverAdapter> => {
    const pool = new pg.Pool({ ...config, database });
    pool.on("error", () => {}); // dropping a shadow database ends its idle connections
    const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<pg.QueryResult>;
    pool.query = (async (...args: unknown[]) => {
      const result = await query(...args);
      for (const one of [result].flat())
        for (const field of one?.fields ?? []) if (field.dataTypeID === 18) field.dataTypeID = 1042;
      return result;
    }) as never;
    return new PrismaPg(pool, { disposeExternalPool: true }).connect();
  };
  const factory = new PrismaPg(config);
  return Object.assign(factory, {
    connect: () => open(config.database!),
    connectToShadowDb: async () => {
      const name = `muster_shadow_${randomUUID().replaceAll("-", "")}`;
      const main = await open(config.database!);
      await main.executeScript(`CREATE DATABASE "${name}"`);
      const shadow = await open(name);
      const end = shadow.dispose.bind(shadow);
      shadow.dispose = async () => {
        await end();
        await main.executeScript(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
        await main.dispose();
      };
      return shadow;
    },
  });
}

const PARTIAL_INDEX = /^(CREATE) (?:UNIQUE )?INDEX "(\w+)"[^;]+ WHERE [^;]+;$|^DROP INDEX "(\w+)";$/gm;

/**
 * Removes the creation of partial indexes, and their removal by a later migration. They are written by hand too, because
 * models cannot express them and the engine cannot describe SQLite's.
 */
function withoutPartialIndexes(history: string[]): string[] {
  const partial = new Set<string>();
  const replace = (statement: string, created?: string, name?: string, dropped?: string) => {
    if (created && name) partial.add(name);
    return created || (dropped && partial.delete(dropped)) ? "" : statement;
  };
  return history.map((sql) => sql.replace(PARTIAL_INDEX, replace));
}

/**
 * Returns the SQL that is missing from the provider's migrations to reach the schema, or null when they agree.
 *
 * @param draft a migration that is not written yet, which counts as the last one
 */
async function missing(
  provider: Provider,
  factory: SqlMigrationAwareDriverAdapterFactory,
  draft?: string,
): Promise<string | null> {
  const schema = schemaOf(provider);
  const adapter = bindMigrationAwareSqlAdapterFactory(factory);
  const engine = await wasm.SchemaEngine.new({ datamodels: [["schema.prisma", schema]] }, () => {}, adapter as never);
  const base = folder(provider);
  const names = existsSync(base)
    ? readdirSync(base, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  const paths = names.map((entry) => entry.name).sort();
  const texts = paths.map((path) => readFileSync(join(base, path, "migration.sql"), "utf8"));
  if (draft !== undefined) {
    paths.push("99999999999999_draft");
    texts.push(draft);
  }
  const history = withoutPartialIndexes(texts).map((value, index) => ({
    path: paths[index]!,
    migrationFile: { path: "migration.sql", content: { tag: "ok" as const, value } },
  }));
  const from = history.length
    ? {
        tag: "migrations" as const,
        baseDir: base,
        lockfile: { path: "migration_lock.toml", content: `provider = "${provider}"\n` },
        shadowDbInitScript: "",
        migrationDirectories: history,
      }
    : { tag: "empty" as const };
  try {
    const result = await engine.diff({
      from,
      to: { tag: "schemaDatamodel", files: [{ path: "schema.prisma", content: schema }] },
      script: true,
      exitCode: true,
      filters: { externalTables: EXTERNAL[provider], externalEnums: [] },
    });
    return result.exitCode === 0 ? null : (result.stdout ?? "");
  } catch (error) {
    // The engine names adapter errors by number only; the adapter keeps the real one.
    const id = /External error id#(\d+)/.exec((error as Error).message)?.[1];
    const cause = id ? adapter.errorRegistry.consumeError(Number(id))?.error : undefined;
    throw new Error(`${provider}: the schema engine failed: ${(error as Error).message.split("\n")[0]}`, {
      cause: cause ?? error,
    });
  } finally {
    engine.free();
  }
}

/** The migration for SQLite, with columns added in place of copied tables where the result is the same schema. */
async function withoutCopies(sql: string): Promise<string> {
  const draft = withAddedColumns(sql);
  return draft !== sql && (await missing("sqlite", sqliteFactory(), draft)) === null ? draft : sql;
}

function loadEngine() {
  const file = join(
    dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm")),
    "schema_engine_bg.wasm",
  );
  const module = new WebAssembly.Module(readFileSync(file));
  const instance = new WebAssembly.Instance(module, { "./schema_engine_bg.js": wasm as never });
  const glue = wasm as unknown as { __wbg_set_wasm(exports: WebAssembly.Exports): void };
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
}

const [command, name = ""] = process.argv.slice(2);
if (!(command === "check" || (command === "create" && /^[a-z][a-z0-9_]*$/.test(name)))) {
  console.error("usage: migrate.mts check | create <name_in_snake_case>");
  process.exit(64);
}
const postgres = process.env.TEST_POSTGRES_URL;
// On a machine without PostgreSQL, check only SQLite and say so. CI checks both.
const isSqliteOnly = !postgres && command === "check" && !process.env.CI && !existsSync("/usr/lib/postgresql");
if (!postgres && !isSqliteOnly) {
  // Start a private server for this run, and run this script again with its address.
  const again = ["--", process.execPath, "--import", "tsx", "scripts/migrate.mts", ...process.argv.slice(2)];
  const argv = ["scripts/postgres.mjs", "run", ...again];
  const run = spawnSync(process.execPath, argv, { cwd: root, stdio: "inherit" });
  process.exit(run.status ?? 1);
}
loadEngine();
const time = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
if (!postgres)
  console.log("postgresql: not checked, because this machine has no PostgreSQL (Debian's package postgresql)");
for (const provider of ["sqlite", "postgresql"] as const) {
  if (provider === "postgresql" && !postgres) continue;
  const sql = await missing(provider, provider === "sqlite" ? sqliteFactory() : postgresFactory(postgres!));
  if (sql === null) console.log(`${provider}: migrations and schema agree`);
  else if (command === "check") {
    console.log(
      `${provider}: the schema has changes without a migration. Run: npm run migrate -- create <name>\n\n${sql}`,
    );
    process.exitCode = 2;
  } else {
    const to = join(folder(provider), `${time}_${name}`);
    const text = provider === "sqlite" ? await withoutCopies(sql) : sql;
    mkdirSync(to, { recursive: true });
    writeFileSync(join(to, "migration.sql"), text);
    writeFileSync(join(folder(provider), "migration_lock.toml"), `provider = "${provider}"\n`);
    console.log(`${provider}: wrote ${to}/migration.sql`);
  }
}
process.exit();
