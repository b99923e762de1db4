/** Document 002, backups: over HTTP and from the command line. Runs on its own server, because a restore replaces all data. */
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createBackup,
  deleteBackup,
  listBackups,
  putBackupSchedule,
  restoreBackup,
  uploadBackup,
  verifyBackup,
} from "@/lib/operations/backups/contract";
import { Api, errorOf } from "../api";
import { databases, type TestDatabase } from "../db/databases";
import { aBot, anApiKey, aUser, signIn, type TestUser, theAdmin } from "../factories";
import { ADMIN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { closeSockets, connected } from "../sockets";

const SECRET_KEY = "a secret key of this server's, long";

describe.each(databases)("backups on $provider", ({ provider, open }) => {
  let folder: string;
  let database: TestDatabase;
  let server: ServerProcess;
  let admin: TestUser;
  const env = () => ({ DATA_DIR: folder, DATABASE_URL: database.url, SECRET_KEY });
  const cli = (...args: string[]) => {
    const { PATH = "", HOME = "" } = process.env;
    const run = spawnSync(process.execPath, ["scripts/backup.mjs", ...args], {
      env: { NODE_ENV: "production", PATH, HOME, ...env() },
      encoding: "utf8",
    });
    return { code: run.status, out: run.stdout, err: run.stderr };
  };
  const create = async (body = {}) => {
    const answer = await admin.api.send("POST /api/backups", { body });
    expect([answer.status, answer.text]).toEqual([200, expect.anything()]);
    return createBackup.response.parse(answer.json);
  };

  beforeAll(async () => {
    folder = temporaryFolder();
    database = await open();
    server = await startServer(env());
    admin = await theAdmin(server.url);
  });
  afterAll(async () => {
    await server.stop();
    await database.close();
    removeFolder(folder);
  });

  it("creates one as documented, lists it, and serves it in ranges", async () => {
    const made = await create({ description: "Manual backup before update", backupName: "pre_update_backup" });
    expect(made.message).toBe("Backup created successfully");
    expect(made.filename).toMatch(/^pre_update_backup_\d{8}_\d{6}\.tar\.gz$/);
    const { backups, current, schedule, next_at } = await admin.api.call(listBackups);
    expect(backups[0]).toMatchObject({
      filename: made.filename,
      description: "Manual backup before update",
      status: "completed",
      provider,
    });
    expect(backups[0]!.size).toMatch(/^\d+(\.\d)? (B|KB|MB)$/);
    expect(current).toBeNull();
    expect(schedule).toMatchObject({ enabled: true, time: "02:30" });
    expect(next_at).toMatch(/T02:30:00/);

    const url = `${server.url}/api/backups/${made.filename}/download`;
    const whole = await fetch(url, { headers: admin.api.headers });
    expect(whole.headers.get("content-type")).toBe("application/gzip");
    const bytes = Buffer.from(await whole.arrayBuffer());
    expect(bytes.length).toBe(made.backup.size_bytes);
    const part = await fetch(url, { headers: { ...admin.api.headers, range: "bytes=10-19" } });
    expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 10-19/${bytes.length}`]);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(10, 20));

    const verdict = await admin.api.call(verifyBackup, {
      params: { filename: made.filename },
    });
    expect(verdict).toMatchObject({ ok: true, warnings: [] });

    const send = (body: BodyInit) =>
      fetch(`${server.url}/api/backups/upload`, { method: "POST", headers: admin.api.headers, body });
    const form = new FormData();
    form.append("file", new Blob([bytes]), "evil/../name.tar.gz");
    const sent = await send(form);
    expect(sent.status).toBe(200);
    expect(uploadBackup.response.parse(await sent.json()).backup.filename).not.toBe(made.filename);
    const cut = await send(bytes.subarray(0, bytes.length - 50));
    expect(cut.status).toBe(400);
    expect(errorOf(await cut.json())).toMatchObject({ details: { field: "file" } });
  });

  it("restores the state of the backup, and the safety backup brings later changes back", async () => {
    const kept = await aBot(admin, { name: "Kept" });
    const { filename } = await create();
    const late = await aUser("user", server.url);
    const lost = await aBot(admin, { name: "Made later" });
    const restore = (name: string, confirm = name) =>
      admin.api.send("POST /api/backups/{filename}/restore", { params: { filename: name }, body: { confirm } });
    const unsure = await restore(filename, "something else");
    expect([unsure.status, errorOf(unsure.json).details?.field]).toEqual([400, "confirm"]);

    const done = restoreBackup.response.parse((await restore(filename)).json);
    // The admin's session is older than the backup, so it stays valid.
    const bots = await admin.api.send("GET /api/my-bots");
    expect(bots.status).toBe(200);
    expect(bots.text).toContain(kept.id);
    expect(bots.text).not.toContain(lost.id);
    expect((await late.api.send("GET /api/auth/me")).status).toBe(401);
    expect((await lost.api.send("GET /api/bot/{bot_id}/info", { params: { bot_id: lost.id } })).status).toBe(401);
    // The restored server works: the restored bot can send logs.
    const log = { body: { type: "info", message: "after it" }, params: { bot_id: kept.id } };
    expect((await kept.api.send("POST /api/bot/{bot_id}/logs", log)).status).toBe(200);

    await restore(done.safety_backup!);
    expect((await admin.api.send("GET /api/my-bots")).text).toContain(lost.id);
    await signIn(late.username, late.password, server.url);
    const hidden = readdirSync(join(folder, "backups")).filter((name) => name.startsWith("."));
    // The mark of the upload above stays with its archive.
    expect(hidden.filter((name) => !name.startsWith(".uploaded-"))).toEqual([".lock"]);
  });

  it("restores no access that was revoked, rotated or lowered since, and says so", async () => {
    const [person, key] = [await aUser("moderator", server.url), await anApiKey(admin, "read")];
    const bot = await aBot(admin, { name: "Rotated" });
    const { filename } = await create();
    const params = { bot_id: bot.id };
    const fresh = await admin.api.send("POST /api/my-bots/{bot_id}/regenerate-token", { params });
    expect(fresh.status, fresh.text).toBe(200);
    await admin.api.send("DELETE /api/auth/api-keys/{key_id}", { params: { key_id: key.id } });
    const user_id = String(person.id);
    await admin.api.send("PATCH /api/users/{user_id}", { params: { user_id }, body: { role: "user" } });

    const answer = await admin.api.send("POST /api/backups/{filename}/restore", {
      params: { filename },
      body: { confirm: filename },
    });
    const { warnings } = restoreBackup.response.parse(answer.json);
    expect(warnings.join("\n")).toMatch(/API keys revoked since/);
    expect(warnings.join("\n")).toContain(`${person.username} (user)`);
    expect(warnings.join("\n")).toMatch(/Bot tokens rotated since .*Rotated/);
    expect((await key.api.send("GET /api/auth/me")).status).toBe(401);
    expect((await bot.api.send("GET /api/bot/{bot_id}/info", { params })).status).toBe(401);
    const again = await signIn(person.username, person.password, server.url);
    const me = await again.api.send("GET /api/auth/me");
    expect(me.json).toMatchObject({ user: { role: "user" } });
  });

  it("refuses other names, other people, and keys with a smaller scope", async () => {
    const { filename } = await create();
    const key = await anApiKey(admin, "operate");
    const user = await aUser("moderator", server.url);
    for (const api of [key.api, user.api, new Api(server.url)]) {
      const params = { filename };
      for (const line of ["GET /api/backups/{filename}/download", "DELETE /api/backups/{filename}"])
        expect([401, 403]).toContain((await api.send(line, { params })).status);
      expect([401, 403]).toContain((await api.send("POST /api/backups", { body: {} })).status);
    }
    for (const name of ["../../etc/passwd", ".lock", `x${filename}`, "a_20260101_000000.tar.gz"]) {
      const answer = await admin.api.send("GET /api/backups/{filename}/download", { params: { filename: name } });
      expect(answer.status).toBe(404);
    }
    const bad = await admin.api.send("POST /api/backups", { body: { backupName: "../x" } });
    expect([bad.status, errorOf(bad.json).details?.field]).toEqual([400, "backupName"]);
    await admin.api.call(deleteBackup, { params: { filename } });
    expect((await admin.api.send("DELETE /api/backups/{filename}", { params: { filename } })).status).toBe(404);
  });

  it("sends progress only to sockets of admins", async () => {
    const moderator = await aUser("moderator", server.url);
    const [mine, other] = await Promise.all(
      [admin, moderator].map(({ jwt }) => connected({ token: jwt, url: server.url })),
    );
    await create({ description: "watched" });
    expect(await mine!.event("backup_update", ({ current }) => current?.phase === "Packing")).toMatchObject({
      current: { kind: "create", share: expect.any(Number) },
    });
    expect(await mine!.event("backup_update", ({ current }) => current === null)).toEqual({ current: null });
    expect(other!.names()).not.toContain("backup_update");
    closeSockets();
  });

  it("keeps the schedule", async () => {
    const body = { time: "04:15", keep_count: 3 };
    const put = await admin.api.call(putBackupSchedule, { body });
    expect(put.schedule).toEqual({
      enabled: true,
      time: "04:15",
      timezone: "UTC",
      keep_count: 3,
      keep_days: 30,
      include_downloads: false,
    });
    expect(put.next_at).toMatch(/T04:15:00/);
    const bad = await admin.api.send("PUT /api/backups/schedule", { body: { time: "25:00" } });
    expect([bad.status, errorOf(bad.json).details?.field]).toEqual([400, "time"]);
    const off = await admin.api.call(putBackupSchedule, { body: { enabled: false } });
    expect(off.next_at).toBeNull();
  });

  it("works from the command line, with the server running and stopped", async () => {
    const bot = await aBot(admin, { name: `Of the command line ${randomUUID()}` });
    const made = cli("create", "--name", "by_hand", "--description", "from the command line");
    expect(made, made.err).toMatchObject({ code: 0 });
    const filename = /by_hand_\d{8}_\d{6}\.tar\.gz/.exec(made.out)![0];
    expect(cli("list").out).toContain(filename);
    expect(cli("verify", filename)).toMatchObject({ code: 0 });
    expect(cli("verify", "none_20260101_000000.tar.gz")).toMatchObject({ code: 1 });
    if (provider === "sqlite") {
      const refused = cli("restore", filename);
      expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("Stop it first")]);
    }
    await admin.api.send("DELETE /api/my-bots/{bot_id}", { params: { bot_id: bot.id } });
    expect(await server.stop()).toBe(0);
    const restored = cli("restore", filename);
    expect(restored, restored.err).toMatchObject({ code: 0 });
    expect(restored.out).toContain("before_restore_");
    server = await startServer(env());
    admin = await signIn(ADMIN.username, ADMIN.password, server.url);
    expect((await admin.api.send("GET /api/my-bots")).text).toContain(bot.id);
    // Starts seven processes one after the other, so it needs time.
  });
});
