/** Access that was taken away since a backup stays away. */
import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { db, migrate, prisma } from "@/lib/core/db";
import { accountStores } from "@/tests/accounts";
import { backupRoom, count } from "@/tests/backups";
import { databases } from "@/tests/db/databases";
import { aStoredBot } from "@/tests/db/rooms";

describe.each(databases)("a restore on $provider", (kind) => {
  const { data, database, room, take, use } = backupRoom(kind);

  describe("gives nothing back that was taken away since", () => {
    const at = BigInt(Date.parse("2026-02-01T10:00:00.123Z"));
    const later = BigInt(Date.parse("2027-01-01"));
    async function aPerson(username: string, role = "user") {
      const { id } = await (await prisma()).user.create({
        data: { username, email: `${username}@b.c`, role, passwordHash: "old", createdAt: at },
      });
      return id;
    }
    const aKey = async (id: string, userId: number) =>
      (await prisma()).apiKey.create({
        data: { id, userId, name: id, prefix: "mk_", keyHash: id, scope: "read", createdAt: at },
      });
    const aSession = async (id: string, userId: number) =>
      (await prisma()).session.create({
        data: {
          id,
          sessionToken: `hash of ${id}`,
          userId,
          expires: later,
          createdAt: at,
          lastSeenAt: at,
          ip: "192.0.2.1",
        },
      });
    const aBot = (id: string, owner: number) =>
      aStoredBot({ id, owner_id: owner, name: id, token_hash: `hash of ${id}`, token_cipher: "sealed", created_at: 5 });
    const person = async (id: number) => (await prisma()).user.findUniqueOrThrow({ where: { id } });
    const idsOf = async (table: string) =>
      (await db().all<{ id: string }>(`SELECT id FROM ${table} ORDER BY id`)).map((row) => row.id);

    it("sessions, keys, roles, accounts, passwords and tokens stay as they are now", async () => {
      const [admin, boss, gone, off, other] = [
        await aPerson("admin", "admin"),
        await aPerson("boss", "admin"),
        await aPerson("gone"),
        await aPerson("off"),
        await aPerson("other", "moderator"),
      ];
      for (const [id, owner] of [
        ["key_a", other],
        ["key_b", other],
        ["key_gone", gone],
      ] as const)
        await aKey(id, owner);
      await aSession("ses_mine", admin);
      await aSession("ses_other", other);
      await (await prisma()).passwordReset.create({
        data: { id: "rst", userId: other, tokenHash: "x", createdAt: at, expiresAt: later },
      });
      for (const [id, owner] of [
        ["bot_a", other],
        ["bot_b", other],
        ["bot_gone", gone],
        ["bot_deleted", other],
      ] as const)
        await aBot(id, owner);
      const backup = await take();

      const { users, access } = accountStores();
      await access.revokeKey(other, "key_b", Number(later));
      expect(await users.remove(gone, Number(later))).toBe(true);
      await users.setAccess(boss, { role: "user" });
      await users.setAccess(off, { is_active: false });
      await users.setPassword(other, "new", null);
      await db().run("UPDATE bot SET token_hash = 'rotated', token_cipher = 'new seal' WHERE id = 'bot_b'");
      await db().run("DELETE FROM bot WHERE id IN ('bot_gone', 'bot_deleted')");
      await aSession("ses_new", other);

      const { warnings, safety_backup } = await room().work.restore(backup.filename, { sessionId: "ses_mine" });
      expect(await idsOf("session")).toEqual(["ses_mine"]);
      const kept = await (await prisma()).session.findUniqueOrThrow({ where: { id: "ses_mine" } });
      expect(kept).toMatchObject({ userId: admin, ip: "192.0.2.1", expires: later });
      expect(await count("password_reset")).toBe(0);
      expect(await idsOf("api_key")).toEqual(["key_a"]);
      expect(await person(boss)).toMatchObject({ role: "user", isActive: 1 });
      expect(await person(off)).toMatchObject({ isActive: 0 });
      expect(await person(gone)).toMatchObject({ username: `deleted-${gone}`, passwordHash: null, isActive: 0 });
      expect(await person(other)).toMatchObject({ passwordHash: "new", role: "moderator" });
      expect(await db().all("SELECT id, token_hash FROM bot ORDER BY id")).toMatchObject([
        { id: "bot_a", token_hash: "hash of bot_a" },
        { id: "bot_b", token_hash: "rotated" },
        { id: "bot_deleted", token_hash: "hash of bot_deleted" },
        { id: "bot_gone", token_hash: "ended:bot_gone" },
      ]);
      expect(warnings).toEqual([
        "API keys revoked since the backup stay revoked: key_b.",
        "Accounts deleted since the backup stay deleted; their bots are back without a valid token: gone.",
        "Accounts deactivated since the backup stay deactivated: off.",
        "Roles lowered since the backup stay lowered: boss (user).",
        "Passwords changed since the backup stay as they are now: other.",
        "Bot tokens rotated since the backup stay as they are now: bot_b.",
        expect.stringContaining("bot_deleted"),
        "Every session was ended except yours: people sign in again.",
      ]);
      // Undone, it is as it was before, and a later restore of the first backup still gives nothing back.
      await room().work.restore(safety_backup!);
      expect(await count("user")).toBe(4);
      await room().work.restore(backup.filename);
      expect(await idsOf("api_key")).toEqual(["key_a"]);
      expect(await person(gone)).toMatchObject({ isActive: 0 });
    });

    it("second factors stay as they are now, and recovery codes that were used stay used", async () => {
      const [on, off, kept] = [await aPerson("on", "admin"), await aPerson("off"), await aPerson("kept")];
      const factor = (userId: number, secret: string) =>
        db().run(
          "INSERT INTO second_factor (user_id, secret, last_step, created_at, confirmed_at) VALUES ($1, $2, 7, 5, 5)",
          [userId, secret],
        );
      const code = (userId: number, hash: string) =>
        db().run("INSERT INTO recovery_code (user_id, code_hash) VALUES ($1, $2)", [userId, hash]);
      for (const id of [off, kept]) await factor(id, `secret of ${id}`);
      for (const hash of ["used", "unused"]) await code(kept, hash);
      const backup = await take();
      await factor(on, "new");
      await db().run("DELETE FROM second_factor WHERE user_id = $1", [off]);
      await db().run("UPDATE second_factor SET last_step = 9 WHERE user_id = $1", [kept]);
      await db().run("DELETE FROM recovery_code WHERE code_hash = 'used'");

      const { warnings } = await room().work.restore(backup.filename);
      expect(await db().all("SELECT user_id, secret, last_step FROM second_factor ORDER BY user_id")).toEqual([
        { user_id: on, secret: "new", last_step: 7 },
        { user_id: kept, secret: `secret of ${kept}`, last_step: 9 },
      ]);
      expect(await db().all("SELECT user_id, code_hash FROM recovery_code")).toEqual([
        { user_id: kept, code_hash: "unused" },
      ]);
      expect(warnings).toContain("Second factors changed since the backup stay as they are now: on, off.");
    });

    it("passkeys stay as they are now, and a challenge that was answered stays answered", async () => {
      const [on, off, kept] = [await aPerson("on", "admin"), await aPerson("off"), await aPerson("kept")];
      const passkey = (userId: number, id: string) =>
        db().run(
          "INSERT INTO passkey (id, user_id, credential_id, public_key, user_handle, counter, transports, name, is_synced, created_at) VALUES ($1, $2, $3, 'key', 'handle', 1, '[]', 'Laptop', 0, 5)",
          [id, userId, `credential of ${id}`],
        );
      await passkey(off, "pk_off");
      await passkey(kept, "pk_kept");
      const backup = await take();
      await passkey(on, "pk_on");
      await db().run("DELETE FROM passkey WHERE id = 'pk_off'");
      await db().run("UPDATE passkey SET counter = 9 WHERE id = 'pk_kept'");
      await db().run("INSERT INTO spent_challenge (hash, expires) VALUES ('answered', 5)");

      const { warnings } = await room().work.restore(backup.filename);
      expect(await db().all("SELECT id, user_id, counter FROM passkey ORDER BY id")).toEqual([
        { id: "pk_kept", user_id: kept, counter: 9 },
        { id: "pk_on", user_id: on, counter: 1 },
      ]);
      expect(await db().all("SELECT hash FROM spent_challenge")).toEqual([{ hash: "answered" }]);
      expect(warnings).toContain("Second factors changed since the backup stay as they are now: on, off.");
    });

    it("nothing is sent to a person whose account was deleted", async () => {
      await aPerson("admin", "admin");
      const [gone, kept] = [await aPerson("gone"), await aPerson("kept")];
      for (const id of [gone, kept]) {
        const values = [`of ${id}`, id];
        await db().run(
          `INSERT INTO alert_channel (id, owner_id, kind, name, address, hint, created_at) VALUES ($1, $2, 'email', 'n', 'sealed', 'h', 5)`,
          values,
        );
        await db().run(
          `INSERT INTO push_device (id, user_id, channel, platform, name, address_hash, address, created_at) VALUES ($1, $2, 'fcm', 'p', 'n', $1, 'sealed', 5)`,
          values,
        );
        await db().run("INSERT INTO contact (outside_id, owner_id, created_at, used_at) VALUES ($1, $2, 5, 5)", values);
      }
      const shared = `INSERT INTO alert_channel (id, owner_id, global, kind, name, address, hint, created_at) VALUES ('shared', $1, 1, 'email', 'n', 'sealed', 'h', 5)`;
      await db().run(shared, [gone]);
      const backup = await take();
      expect(await accountStores().users.remove(gone, Number(later))).toBe(true);
      await room().work.restore(backup.filename);
      expect(await idsOf("alert_channel")).toEqual([`of ${kept}`, "shared"]);
      expect(await idsOf("push_device")).toEqual([`of ${kept}`]);
      expect(await count("contact")).toBe(1);
    });

    it("what is new since comes back when the restore is undone", async () => {
      await aPerson("admin", "admin");
      const backup = await take();
      const late = await aPerson("late");
      await aKey("key_late", late);
      await aBot("bot_late", late);
      const { safety_backup, warnings } = await room().work.restore(backup.filename);
      expect(warnings).toEqual([]);
      expect(await count("user")).toBe(1);
      await room().work.restore(safety_backup!);
      expect(await person(late)).toMatchObject({ username: "late", isActive: 1, passwordHash: "old" });
      expect(await idsOf("api_key")).toEqual(["key_late"]);
    });

    it("who administers the server now still does when no admin of the backup may", async () => {
      const [first, second] = [await aPerson("first", "admin"), await aPerson("second")];
      const backup = await take();
      const { users } = accountStores();
      await users.setAccess(second, { role: "admin" });
      await users.setAccess(first, { role: "user" });
      const { warnings } = await room().work.restore(backup.filename);
      expect(await person(first)).toMatchObject({ role: "user" });
      expect(await person(second)).toMatchObject({ role: "admin" });
      expect(warnings.join(" ")).toContain("second stays admin");
    });

    it("the secret that a key had before its rotation does not come back", async () => {
      const owner = await aPerson("admin", "admin");
      for (const id of ["key_a", "key_b"]) await aKey(id, owner);
      const backup = await take();
      await db().run("UPDATE api_key SET key_hash = 'new', prefix = 'mk_new', rotated_at = 9 WHERE id = 'key_b'");
      const { warnings } = await room().work.restore(backup.filename);
      expect(await db().all("SELECT id, key_hash, prefix FROM api_key ORDER BY id")).toMatchObject([
        { id: "key_a", key_hash: "key_a" },
        { id: "key_b", key_hash: "new", prefix: "mk_new" },
      ]);
      expect(warnings).toContain("API keys rotated since the backup keep their present secret: key_b.");
    });

    it("a present database that cannot be read does not stop the restore, and a warning says so", async () => {
      const owner = await aPerson("admin", "admin");
      await aKey("key_a", owner);
      const backup = await take();
      await database().run("ALTER TABLE ended_access RENAME TO broken");
      const { warnings } = await room().work.restore(backup.filename, { safety: false });
      expect(warnings.join(" ")).toContain("could not be read");
      expect(await idsOf("api_key")).toEqual(["key_a"]);
    });

    it("what was taken away in a database of an older version, which no server has started with yet", async () => {
      const older = await kind.openEmpty();
      try {
        const [all, folder] = [`prisma/migrations/${kind.provider}`, join(data(), "older")];
        for (const name of readdirSync(all))
          if (name < "20261128223859") cpSync(join(all, name), join(folder, name), { recursive: true });
        await migrate(older.url, folder);
        await older.run(
          `INSERT INTO "user" (id, username, email, role) VALUES (1, 'admin', 'a@b.c', 'admin'), (2, 'boss', 'b@b.c', 'admin')`,
        );
        await older.run(
          "INSERT INTO api_key (id, user_id, name, prefix, key_hash, scope) VALUES ('key_a', 1, 'old', 'mk_', 'h', 'read')",
        );
        await use(older.url);
        const backup = await take();
        await older.run("UPDATE api_key SET revoked_at = CURRENT_TIMESTAMP");
        await older.run(`UPDATE "user" SET role = 'user' WHERE id = 2`);
        const { warnings } = await room().work.restore(backup.filename);
        expect(warnings).toEqual([
          "API keys revoked since the backup stay revoked: old.",
          "Roles lowered since the backup stay lowered: boss (user).",
        ]);
        expect(await idsOf("api_key")).toEqual([]);
      } finally {
        await use(database().url);
        await older.close();
      }
    });
  });
});
