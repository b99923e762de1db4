import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { migrate } from "./migrate";

const AT = Date.parse("2026-03-01T12:34:56.789Z");

describe.each(databases)("times and flags of older versions on $provider", ({ provider, openEmpty }) => {
  let database: TestDatabase;
  let folder: string;
  beforeEach(async () => {
    database = await openEmpty();
    folder = mkdtempSync(join(tmpdir(), "muster-times-"));
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Makes the database of the version before the migration `change`. */
  async function migrateUpTo(change: string) {
    const all = resolve("prisma/migrations", provider);
    for (const name of readdirSync(all))
      if (name < change) cpSync(join(all, name), join(folder, name), { recursive: true });
    await migrate(database.url, folder);
  }
  // The three forms that SQLite's column has held: Prisma's text, its default, and a number.
  const [exact, second] =
    provider === "sqlite"
      ? ["'2026-03-01T12:34:56.789+00:00'", "'2026-03-01 12:34:56'"]
      : ["'2026-03-01T12:34:56.789Z'", "'2026-03-01 12:34:56'"];
  const number = provider === "sqlite" ? String(AT) : exact;
  const read = (columns: string[], table: string, order: string) => {
    const texts = columns.map((column) => `CAST(${column} AS TEXT) AS ${column}`);
    return database.all(`SELECT ${texts.join(", ")} FROM ${table} ORDER BY ${order}`);
  };

  it("become epoch milliseconds, and 0 or 1, in the tables of plugins and sign-in states", async () => {
    await migrateUpTo("20261128200000_plugin_and_state_times");
    await database.run(
      `INSERT INTO spent_state (nonce, expires_at) VALUES ('a', ${exact}), ('b', ${second}), ('c', ${number})`,
    );
    await database.run(
      `INSERT INTO plugin (name, enabled, settings, settings_version, changed_at) VALUES ('on', true, '{"a":1}', 3, ${exact}), ('off', false, '{}', 0, ${second})`,
    );
    await migrate(database.url);
    expect(await read(["nonce", "expires_at"], "spent_state", "nonce")).toEqual([
      { nonce: "a", expires_at: String(AT) },
      { nonce: "b", expires_at: String(AT - 789) },
      { nonce: "c", expires_at: String(AT) },
    ]);
    expect(
      await read(["name", "enabled", "settings", "settings_version", "changed_at"], "plugin", "name DESC"),
    ).toEqual([
      { name: "on", enabled: "1", settings: '{"a":1}', settings_version: "3", changed_at: String(AT) },
      { name: "off", enabled: "0", settings: "{}", settings_version: "0", changed_at: String(AT - 789) },
    ]);
  });

  it("become epoch milliseconds, and 0 or 1, in the tables of accounts", async () => {
    await migrateUpTo("20261128223859_accounts_times_and_flags");
    await database.run(`
      INSERT INTO "user" (id, username, email, is_active, version, created_at, last_login, email_verified) VALUES
        (1, 'a', 'a@b', true, 4, ${exact}, ${second}, ${number}), (2, 'b', 'b@b', false, 0, ${second}, NULL, NULL);
      INSERT INTO session (id, session_token, user_id, expires, created_at, last_seen_at, ip) VALUES
        ('s1', 't1', 1, ${exact}, ${second}, ${number}, '::1'), ('s2', 't2', 2, ${second}, ${exact}, ${exact}, NULL);
      INSERT INTO account (id, user_id, type, provider, provider_account_id, founding, expires_at) VALUES
        ('a1', 1, 'oauth', 'discord', '7', true, 5), ('a2', 2, 'oauth', 'discord', '8', false, NULL);
      INSERT INTO api_key (id, user_id, name, prefix, key_hash, scope, created_at, expires_at, last_used_at, revoked_at)
        VALUES ('k1', 1, 'n', 'mk', 'h1', 'read', ${exact}, ${second}, ${number}, ${exact}),
          ('k2', 1, 'n', 'mk', 'h2', 'read', ${second}, NULL, NULL, NULL);
      INSERT INTO password_reset (id, user_id, token_hash, expires_at, used_at, created_at) VALUES
        ('r1', 1, 'h1', ${exact}, ${second}, ${number}), ('r2', 1, 'h2', ${second}, NULL, ${exact});
      INSERT INTO email_verification (id, user_id, email, token_hash, expires_at, created_at) VALUES
        ('v1', 1, 'a@b', 'h1', ${exact}, ${second});
      INSERT INTO pending_account (id, username, email, password_hash, token_hash, expires_at, created_at) VALUES
        ('p1', 'c', 'c@b', 'h', 'h1', ${exact}, ${second});
      INSERT INTO ended_access (kind, ref, at) VALUES ('key', 'k1', ${exact}), ('user', '9:1', ${second});
      INSERT INTO login_throttle (key, failures, last_at, locked_until) VALUES
        ('x', 2, ${exact}, ${second}), ('y', 1, ${number}, NULL)`);
    await migrate(database.url);

    const [ms, whole] = [String(AT), String(AT - 789)];
    const users = ["id", "username", "is_active", "version", "created_at", "last_login", "email_verified"];
    expect(await read(users, '"user"', "id")).toEqual([
      { id: "1", username: "a", is_active: "1", version: "4", created_at: ms, last_login: whole, email_verified: ms },
      {
        id: "2",
        username: "b",
        is_active: "0",
        version: "0",
        created_at: whole,
        last_login: null,
        email_verified: null,
      },
    ]);
    expect(await read(["id", "user_id", "expires", "created_at", "last_seen_at", "ip"], "session", "id")).toEqual([
      { id: "s1", user_id: "1", expires: ms, created_at: whole, last_seen_at: ms, ip: "::1" },
      { id: "s2", user_id: "2", expires: whole, created_at: ms, last_seen_at: ms, ip: null },
    ]);
    expect(await read(["id", "provider_account_id", "founding", "expires_at"], "account", "id")).toEqual([
      { id: "a1", provider_account_id: "7", founding: "1", expires_at: "5" },
      { id: "a2", provider_account_id: "8", founding: "0", expires_at: null },
    ]);
    expect(await read(["id", "created_at", "expires_at", "last_used_at", "revoked_at"], "api_key", "id")).toEqual([
      { id: "k1", created_at: ms, expires_at: whole, last_used_at: ms, revoked_at: ms },
      { id: "k2", created_at: whole, expires_at: null, last_used_at: null, revoked_at: null },
    ]);
    expect(await read(["id", "expires_at", "used_at", "created_at"], "password_reset", "id")).toEqual([
      { id: "r1", expires_at: ms, used_at: whole, created_at: ms },
      { id: "r2", expires_at: whole, used_at: null, created_at: ms },
    ]);
    for (const [table, id] of [
      ["email_verification", "v1"],
      ["pending_account", "p1"],
    ] as const)
      expect(await read(["id", "expires_at", "created_at"], table, "id")).toEqual([
        { id, expires_at: ms, created_at: whole },
      ]);
    expect(await read(["kind", "ref", "at"], "ended_access", "kind")).toEqual([
      { kind: "key", ref: "k1", at: ms },
      { kind: "user", ref: "9:1", at: whole },
    ]);
    expect(await read(["key", "failures", "last_at", "locked_until"], "login_throttle", "key")).toEqual([
      { key: "x", failures: "2", last_at: ms, locked_until: whole },
      { key: "y", failures: "1", last_at: ms, locked_until: null },
    ]);
  });

  it("leave no id of a deleted user for the next one", async () => {
    await migrateUpTo("20261128223859_accounts_times_and_flags");
    await database.run(`INSERT INTO "user" (username, email) VALUES ('a', 'a@b'), ('b', 'b@b')`);
    await database.run(`DELETE FROM "user"`);
    await migrate(database.url);
    await database.run(`INSERT INTO "user" (username, email, created_at) VALUES ('c', 'c@b', 0)`);
    expect(await database.all('SELECT id FROM "user"')).toEqual([{ id: 3 }]);
  });
});
