/**
 * An upgrade from the version before teams: every bot belongs to the personal team of its owner, and nobody sees more than
 * before. The server itself upgrades a database of that version, as at the first start of the new program.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate } from "@/lib/core/db/migrate";
import { hashToken } from "@/lib/core/secrets";
import { Api, type Json } from "./api";
import { databases, type TestDatabase } from "./db/databases";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "./process";

const FIRST_OF_TEAMS = "20261129052207_teams";
/** The accounts of `upgrade.teams.sql` with what each sees: bots, rules and alerts, before as after. */
const PEOPLE = {
  ada: { id: 11, bots: ["bot_ada_1", "bot_ada_2"], rules: ["rule_ada"], alerts: ["alert_ada"] },
  eve: { id: 12, bots: ["bot_eve"], rules: ["rule_eve"], alerts: [] },
  ben: { id: 13, bots: [], rules: [], alerts: [] },
} as const;
type Name = keyof typeof PEOPLE;

/** The last database of the run: PostgreSQL where there is one, else SQLite. */
const { openEmpty, provider } = databases.at(-1)!;
let database: TestDatabase;
let server: ServerProcess;
const folders = [temporaryFolder(), mkdtempSync(join(tmpdir(), "muster-upgrade-"))] as const;
const apiOf = (name: Name) => new Api(server.url).bearer(`mk_of_${name}`);
const idsOf = (rows: Json[], key: string) => rows.map((row) => row[key]).sort();

beforeAll(async () => {
  const [data, old] = folders;
  database = await openEmpty();
  const all = resolve("prisma/migrations", provider);
  for (const name of readdirSync(all))
    if (name < FIRST_OF_TEAMS) cpSync(join(all, name), join(old, name), { recursive: true });
  await migrate(database.url, old);
  const rows = readFileSync(resolve("tests/upgrade.teams.sql"), "utf8");
  await database.run(rows.replace(/\bNOW\b/g, String(Date.now())));
  for (const [name, { id }] of Object.entries(PEOPLE))
    await database.run(
      `INSERT INTO api_key (id, user_id, name, prefix, key_hash, scope, created_at)
       VALUES ('key_${name}', ${id}, 'old', 'mk_', '${hashToken(`mk_of_${name}`)}', 'admin', 1764000000000)`,
    );
  server = await startServer({ DATA_DIR: data, DATABASE_URL: database.url });
}, 300_000);
afterAll(async () => {
  const code = await server?.stop();
  await database?.close();
  for (const folder of folders) removeFolder(folder);
  expect(code).toBe(0);
});

describe.each(Object.keys(PEOPLE) as Name[])("%s, who was here before teams,", (name) => {
  const own = PEOPLE[name];

  it("has one team, the personal one, without other members", async () => {
    const { json } = await apiOf(name).send("GET /api/teams");
    expect(json.teams).toMatchObject([{ id: own.id, personal: true, role: "owner", members: 1 }]);
    expect(await database.all("SELECT * FROM team")).toEqual([]);
    expect(await database.all("SELECT * FROM bot_grant")).toEqual([]);
  });

  it("owns the same bots, in the personal team, and sees no others", async () => {
    for (const line of ["GET /api/bots", "GET /api/my-bots"]) {
      const { json } = await apiOf(name).send(line);
      expect(idsOf(json.bots, "id")).toEqual(own.bots);
      for (const bot of json.bots) expect([bot.team_id, bot.owner_id]).toEqual([own.id, own.id]);
    }
  });

  it("sees the same commands, logs, rules and alerts, and no others", async () => {
    const read = async (line: string) => (await apiOf(name).send(line)).json;
    const bots: readonly string[] = own.bots;
    for (const [line, rows] of [
      ["GET /api/commands", "commands"],
      ["GET /api/logs", "logs"],
    ] as const)
      expect([line, idsOf((await read(line))[rows], "bot_id")]).toEqual([line, bots]);
    const { rules } = await read("GET /api/alert-rules");
    expect(idsOf(rules, "rule_id")).toEqual(own.rules);
    for (const rule of rules) expect([rule.team_id, rule.owner_id]).toEqual([own.id, own.id]);
    const { alerts } = await read("GET /api/alerts");
    expect(idsOf(alerts, "alert_id")).toEqual(own.alerts);
  });

  it("reaches nothing of the others by its id", async () => {
    const others = Object.entries(PEOPLE).filter(([other]) => other !== name);
    for (const [, { bots, rules, alerts }] of others) {
      for (const bot_id of bots)
        await apiOf(name).refused("GET /api/my-bots/{bot_id}", "NOT_FOUND", { params: { bot_id } });
      for (const rule_id of rules)
        await apiOf(name).refused("GET /api/alert-rules/{rule_id}", "NOT_FOUND", { params: { rule_id } });
      for (const alert_id of alerts)
        await apiOf(name).refused("GET /api/alerts/{alert_id}", "NOT_FOUND", { params: { alert_id } });
    }
  });
});
