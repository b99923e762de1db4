/**
 * An upgrade of a server from before teams: every bot belongs to the personal team of its owner, and nobody sees more than
 * before. The database is the one that such a server left behind; make.ts says how it was made. PostgreSQL gets its rows,
 * because the SQLite file cannot be opened there.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate } from "@/lib/core/db/migrate";
import { Api, type Json } from "../api";
import { databases, type TestDatabase } from "../db/databases";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import before from "./before-teams.json" with { type: "json" };

const FIRST_OF_TEAMS = "20261129052207_teams";
const { people } = before;
type Name = keyof typeof people;
const NAMES = Object.keys(people) as Name[];
const OWNERS = NAMES.filter((name) => name !== "admin");

/** The last database of the run: PostgreSQL where there is one, else SQLite. */
const { openEmpty, provider } = databases.at(-1)!;
let database: TestDatabase;
let server: ServerProcess;
const folders = [temporaryFolder(), mkdtempSync(join(tmpdir(), "muster-upgrade-"))] as const;
const apiOf = (name: Name) => new Api(server.url).bearer(people[name].key);

/** The fields of each list that its rows are known by. */
const LISTS = {
  "GET /api/bots": ["bots", "id"],
  "GET /api/my-bots": ["bots", "id"],
  "GET /api/commands": ["commands", "id"],
  "GET /api/logs": ["logs", "id"],
  "GET /api/messages": ["messages", "id"],
  "GET /api/tickets": ["tickets", "ticket_id"],
  "GET /api/alert-rules": ["rules", "rule_id"],
  "GET /api/alerts": ["alerts", "alert_id"],
} as const;
type Line = keyof typeof LISTS;

async function idsIn(name: Name, line: Line): Promise<string[]> {
  const [list, field] = LISTS[line];
  const { json } = await apiOf(name).send(line);
  return json[list].map((row: Json) => String(row[field])).sort();
}

/**
 * Moves every time in the old database by as long as it is old, because old logs and settled alerts would be deleted.
 * Times are stored as epoch ms.
 */
function moveTimes(old: DatabaseSync, tables: string[]): void {
  const [from, to] = [before.made_at - 86_400_000, before.made_at + 366 * 86_400_000];
  for (const table of tables)
    for (const { name } of old.prepare(`PRAGMA table_info("${table}")`).all())
      old.exec(
        `UPDATE "${table}" SET "${name}" = "${name}" + ${Date.now() - before.made_at}
         WHERE typeof("${name}") = 'integer' AND "${name}" BETWEEN ${from} AND ${to}`,
      );
}

/** The tables of the application, without those of SQLite, of its search and of the migrations. */
const tablesOf = (old: DatabaseSync): string[] =>
  old
    .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    .all()
    .map(({ name }) => String(name))
    .filter((name) => !/^sqlite_|^_|_fts_/.test(name));

const literal = (value: unknown): string => {
  if (value === null) return "NULL";
  if (value instanceof Uint8Array) return `'\\x${Buffer.from(value).toString("hex")}'`;
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);
};

/** Migrates PostgreSQL as far as the old server did, and gives it the rows of the old server. */
async function copyToPostgres(old: DatabaseSync, migrations: string): Promise<void> {
  const all = resolve("prisma/migrations", provider);
  for (const name of readdirSync(all))
    if (name < FIRST_OF_TEAMS) cpSync(join(all, name), join(migrations, name), { recursive: true });
  await migrate(database.url, migrations);
  // Foreign keys are not checked meanwhile, so that the order of the tables does not matter.
  await database.run("SET session_replication_role = replica");
  for (const table of tablesOf(old))
    for (const row of old.prepare(`SELECT * FROM "${table}"`).all()) {
      const columns = Object.keys(row).map((name) => `"${name}"`);
      const values = Object.values(row).map(literal);
      await database.run(`INSERT INTO "${table}" (${columns}) VALUES (${values}) ON CONFLICT DO NOTHING`);
    }
  await database.run("SET session_replication_role = DEFAULT");
}

beforeAll(async () => {
  const [data, migrations] = folders;
  database = await openEmpty();
  const file = provider === "sqlite" ? database.url.slice("file:".length) : join(data, "before-teams.db");
  writeFileSync(file, gunzipSync(readFileSync(resolve("tests/upgrade/before-teams.db.gz"))));
  const old = new DatabaseSync(file);
  moveTimes(old, tablesOf(old));
  if (provider !== "sqlite") await copyToPostgres(old, migrations);
  old.close();
  server = await startServer({ DATA_DIR: data, DATABASE_URL: database.url, SECRET_KEY: before.secret_key });
}, 300_000);
afterAll(async () => {
  const code = await server?.stop();
  await database?.close();
  for (const folder of folders) removeFolder(folder);
  expect(code).toBe(0);
});

describe.each(OWNERS)("%s, who was here before teams,", (name) => {
  const { id, seen } = people[name];

  it("has one team, the personal one, without other members", async () => {
    const { json } = await apiOf(name).send("GET /api/teams");
    expect(json.teams).toMatchObject([{ id, personal: true, role: "owner", members: 1 }]);
  });

  it("owns the same bots and rules, in the personal team", async () => {
    for (const [line, list] of [
      ["GET /api/bots", "bots"],
      ["GET /api/my-bots", "bots"],
      ["GET /api/alert-rules", "rules"],
    ] as const) {
      const { json } = await apiOf(name).send(line);
      expect(json[list]).toHaveLength(seen[line].length);
      for (const row of json[list]) expect([row.team_id, row.owner_id]).toEqual([id, id]);
    }
  });

  it("reaches nothing of the others by its id", async () => {
    for (const other of OWNERS.filter((one) => one !== name)) {
      const theirs = people[other].seen;
      for (const bot_id of theirs["GET /api/bots"])
        await apiOf(name).refused("GET /api/my-bots/{bot_id}", "NOT_FOUND", { params: { bot_id } });
      for (const rule_id of theirs["GET /api/alert-rules"])
        await apiOf(name).refused("GET /api/alert-rules/{rule_id}", "NOT_FOUND", { params: { rule_id } });
      for (const alert_id of theirs["GET /api/alerts"])
        await apiOf(name).refused("GET /api/alerts/{alert_id}", "NOT_FOUND", { params: { alert_id } });
      for (const ticket_id of theirs["GET /api/tickets"])
        await apiOf(name).refused("GET /api/tickets/{ticket_id}", "FORBIDDEN", { params: { ticket_id } });
    }
  });
});

/** The rows that a person sees from now on: those of before, and the tickets that were opened by way of the person's bots. */
async function expectedIn(name: Name, line: Line): Promise<string[]> {
  const { seen } = people[name];
  if (line !== "GET /api/tickets" || name === "admin") return seen[line];
  const tickets = await database.all<{ id: string; bot_id: string | null }>("SELECT id, bot_id FROM ticket");
  const own: readonly string[] = seen["GET /api/my-bots"];
  const ofBots = tickets.filter(({ bot_id }) => bot_id && own.includes(bot_id)).map(({ id }) => id);
  return [...seen[line], ...ofBots].sort();
}

describe("after the upgrade", () => {
  it.each(Object.keys(LISTS) as Line[])("%s answers everybody the same rows as before", async (line) => {
    const known = new Set<string>(NAMES.flatMap((name) => people[name].seen[line]));
    for (const name of NAMES) {
      // A rule that still applies may raise an alert of its own meanwhile.
      const ids = (await idsIn(name, line)).filter((id) => line !== "GET /api/alerts" || known.has(id));
      expect([name, ids]).toEqual([name, await expectedIn(name, line)]);
    }
  });

  it("there are no teams but the personal ones, and nothing is shared", async () => {
    for (const table of ["team", "team_member", "bot_grant", "tag_grant", "team_key"])
      expect([table, await database.all(`SELECT * FROM ${table}`)]).toEqual([table, []]);
  });
});
