import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { migrate } from "./migrate";

const CHANGE = "20261128200000_plugin_and_state_times";

describe.each(databases)("times and flags of older versions on $provider", ({ provider, openEmpty }) => {
  let database: TestDatabase;
  let folder: string;
  beforeEach(async () => {
    database = await openEmpty();
    folder = mkdtempSync(join(tmpdir(), "muster-times-"));
    const all = resolve("prisma/migrations", provider);
    for (const name of readdirSync(all))
      if (name < CHANGE) cpSync(join(all, name), join(folder, name), { recursive: true });
    await migrate(database.url, folder);
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("become epoch milliseconds, and 0 or 1, when the database is migrated", async () => {
    const at = Date.parse("2026-03-01T12:34:56.789Z");
    // The three forms that SQLite's column has held: Prisma's text, its default, and a number.
    const texts =
      provider === "sqlite"
        ? ["2026-03-01T12:34:56.789+00:00", "2026-03-01 12:34:56"]
        : ["2026-03-01T12:34:56.789Z", "2026-03-01 12:34:56"];
    await database.run(`INSERT INTO spent_state (nonce, expires_at) VALUES ('a', '${texts[0]}'), ('b', '${texts[1]}')`);
    if (provider === "sqlite") await database.run(`INSERT INTO spent_state (nonce, expires_at) VALUES ('c', ${at})`);
    await database.run(
      `INSERT INTO plugin (name, enabled, settings, settings_version, changed_at) VALUES ('on', true, '{"a":1}', 3, '${texts[0]}'), ('off', false, '{}', 0, '${texts[1]}')`,
    );
    await migrate(database.url);
    const states = await database.all<{ nonce: string; at: string }>(
      "SELECT nonce, CAST(expires_at AS TEXT) AS at FROM spent_state ORDER BY nonce",
    );
    expect(states.slice(0, 2)).toEqual([
      { nonce: "a", at: String(at) },
      { nonce: "b", at: String(at - 789) },
    ]);
    if (provider === "sqlite") expect(states[2]).toEqual({ nonce: "c", at: String(at) });
    const plugins = await database.all(
      "SELECT name, enabled, settings, settings_version, CAST(changed_at AS TEXT) AS at FROM plugin ORDER BY name DESC",
    );
    expect(plugins).toEqual([
      { name: "on", enabled: 1, settings: '{"a":1}', settings_version: 3, at: String(at) },
      { name: "off", enabled: 0, settings: "{}", settings_version: 0, at: String(at - 789) },
    ]);
  });
});
