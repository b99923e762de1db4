/** Document 002 "Download Endpoints" and the tasks of "Statistics Endpoints", over real HTTP with real files. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getTask, listTasks, startDownload, type Task } from "@/lib/operations/transfers/contract";
import { Api } from "../api";
import { eventually } from "../eventually";
import { aBot, anApiKey, aUser, type TestUser, theAdmin } from "../factories";
import { FORBIDDEN, SCHEMES } from "../forbidden-addresses";
import { API_TOKEN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { socket } from "../sockets";
import { digestOf, type FilesStandin, filesStandin } from "../standins/files";

const MB = 1_048_576;
let files: FilesStandin;
let server: ServerProcess;
let folder: string;
let owner: TestUser;

beforeAll(async () => {
  files = await filesStandin();
  folder = temporaryFolder();
  server = await startServer({ DATA_DIR: folder, OUTBOUND_ALLOW_CIDRS: "127.0.0.2" });
  owner = await aUser("user", server.url);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await files.close();
  removeFolder(folder);
});

const download = (path: string, over: object = {}, api = owner.api) =>
  api.call(startDownload, { body: { url: `${files.url}/f/${path}`, ...over } });
const params = (task_id: string) => ({ params: { task_id } });
const get = (id: string, api = owner.api) => api.call(getTask, params(id));
const taskThat = (id: string, fits: (task: Task) => boolean): Promise<Task> => eventually(() => get(id), fits);
const ended = (id: string) => taskThat(id, ({ status }) => !["queued", "active"].includes(status));
/** Releases held transfers and waits until they end. */
async function released(ids: string[]): Promise<void> {
  const again = setInterval(files.release, 20);
  for (const id of ids) expect((await ended(id)).status).toBe("completed");
  clearInterval(again);
}

describe("the document's examples", () => {
  it("run as written, with a token", async () => {
    const api = new Api(server.url).bearer(API_TOKEN);
    // Fill all slots with other transfers, so that the example's address is never requested.
    const busy: string[] = [];
    for (let n = 0; n < 5; n++) busy.push((await download(`busy${n}?size=${2 * MB}&hold=${MB}&ranges=no`)).taskId);
    for (const id of busy) await taskThat(id, ({ downloadedBytes }) => downloadedBytes > 0);
    const answer = await api.send("POST /api/download", {
      body: { url: "https://example.com/file.zip", userId: 123456789, destination: "local" },
    });
    expect([answer.status, answer.json]).toEqual([
      200,
      { success: true, taskId: expect.any(String), message: "Download started successfully" },
    ]);
    const shown = await api.send("GET /api/v1/tasks/{task_id}", params(answer.json.taskId));
    const task = getTask.response.parse(shown.json);
    expect(task).toMatchObject({ url: "https://example.com/file.zip", type: "download", requestedFor: "123456789" });
    const cancelled = await api.send("DELETE /api/tasks/{task_id}", params(task.id));
    expect(cancelled.json).toMatchObject({ success: true, message: "Task cancelled successfully" });
    const list = await api.call(listTasks, { query: { status: "cancelled" } });
    expect(list).toMatchObject({ total: 1, page: 1, tasks: [{ id: task.id }] });
    await released(busy);
  });

  it("name the setting of a destination that is not configured, in the document's envelope", async () => {
    const body = {
      url: "https://example.com/file.zip",
      userId: 123456789,
      destination: "gdrive",
      folderId: "abc123xyz",
    };
    const answer = await owner.api.send("POST /api/download", { body });
    expect([answer.status, answer.json.error]).toMatchObject([
      400,
      {
        code: "INVALID_INPUT",
        message: expect.stringMatching(/GDRIVE_SERVICE_ACCOUNT/),
        details: { field: "destination" },
      },
    ]);
    const s3 = await owner.api.refused("POST /api/download", "INVALID_INPUT", { body: { ...body, destination: "s3" } });
    expect(s3.error).toMatch(/S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY/);
  });
});

describe("a download", () => {
  it("is fetched, reported with the document's fields, and served in any range", async () => {
    const size = 3 * MB + 123;
    const { taskId } = await download(`film.mkv?size=${size}&hold=${MB}`, {
      checksum: `sha256:${digestOf("film.mkv", size)}`,
    });
    const half = await taskThat(taskId, (task) => task.downloadedBytes >= MB && task.speed !== null);
    expect(half).toMatchObject({
      status: "active",
      filename: "film.mkv",
      size: "3.0 MB",
      speed: expect.stringMatching(/^[\d.]+ (B|KB|MB|GB)\/s$/),
      user: { id: owner.id, username: owner.username },
      startTime: expect.any(String),
    });
    expect(half.progress).toBeGreaterThan(30);
    expect(half.progress).toBeLessThan(100);
    await owner.api.refused("GET /api/tasks/{task_id}/file", "NOT_FOUND", params(taskId));
    files.release();
    const done = await ended(taskId);
    expect(done).toMatchObject({ status: "completed", progress: 100, speed: null, eta: null, downloadedBytes: size });

    const url = `${server.url}${done.files[0]!.href}`;
    const fetched = (headers: Record<string, string> = {}) =>
      fetch(url, { headers: { ...owner.api.headers, ...headers } });
    const whole = await fetched();
    const bytes = Buffer.from(await whole.arrayBuffer());
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(digestOf("film.mkv", size));
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": expect.stringMatching(/^attachment; filename="film.mkv"/),
      "content-security-policy": expect.stringMatching(/sandbox/),
      "x-content-type-options": "nosniff",
      "accept-ranges": "bytes",
    });
    for (const [range, from, to] of [
      ["bytes=0-0", 0, 1],
      ["bytes=1000-1999", 1000, 2000],
      ["bytes=-5", size - 5, size],
      [`bytes=${size - 1}-`, size - 1, size],
      [`bytes=5-${size * 2}`, 5, size],
    ] as const) {
      const part = await fetched({ range });
      expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes ${from}-${to - 1}/${size}`]);
      expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(from, to))).toBe(true);
    }
    const past = await fetched({ range: `bytes=${size}-` });
    expect([past.status, past.headers.get("content-range")]).toEqual([416, `bytes */${size}`]);
    for (const range of ["bytes=a-b", "items=0-1", "bytes=9-3", "bytes=0-1,4-5"])
      expect([(await (await fetched({ range })).arrayBuffer()).byteLength, range]).toEqual([size, range]);
  });

  it.each([
    ["../../etc/passwd", "passwd"],
    ['a"b<c>.html', "a_b_c_.html"],
    ["..%2f..%2fx", "..%2f..%2fx"],
    ["CON.txt", "_CON.txt"],
  ])("takes a server's name %s for what it is", async (said, name) => {
    const { taskId } = await download(
      `x?size=5&cd=${encodeURIComponent(`attachment; filename=${JSON.stringify(said)}`)}`,
    );
    const task = await ended(taskId);
    expect([task.status, task.filename?.replace(/^\.+/, "")]).toEqual(["completed", name.replace(/^\.+/, "")]);
    expect(existsSync(join(folder, "downloads", taskId, task.filename!))).toBe(true);
  });

  it("is cancelled while it runs, and answered when its files are removed", async () => {
    const { taskId } = await download(`long?size=${50 * MB}&hold=${MB}`);
    await taskThat(taskId, (task) => task.downloadedBytes > 0);
    expect(existsSync(join(folder, "downloads", taskId))).toBe(true);
    const answer = await owner.api.send("DELETE /api/tasks/{task_id}", params(taskId));
    expect(answer.json.task).toMatchObject({ status: "cancelled" });
    expect(existsSync(join(folder, "downloads", taskId))).toBe(false);
    await owner.api.refused("POST /api/tasks/{task_id}/pause", "CONFLICT", params(taskId));
    await owner.api.refused("POST /api/tasks/{task_id}/resume", "CONFLICT", params(taskId));
    files.release();
    const again = await owner.api.send("POST /api/tasks/{task_id}/retry", params(taskId));
    expect([again.status, again.json.task.id]).toEqual([200, taskId]);
    expect((await owner.api.send("DELETE /api/tasks/{task_id}", params(taskId))).status).toBe(200);
  });

  it("waits for a free slot: of ten, five run at once", async () => {
    files.busy.most = 0;
    const ids: string[] = [];
    for (let n = 0; n < 10; n++) ids.push((await download(`ten${n}?size=${2 * MB}&hold=${MB}&ranges=no`)).taskId);
    for (const id of ids.slice(0, 5)) await taskThat(id, ({ downloadedBytes }) => downloadedBytes > 0);
    const { tasks } = await owner.api.call(listTasks, { query: { status: "queued" } });
    expect(tasks.filter(({ id }) => ids.includes(id)).length).toBe(5);
    await released(ids);
    expect(files.busy.most).toBe(5);
    const stats = await owner.api.send("GET /api/users/{user_id}/stats", { params: { user_id: String(owner.id) } });
    expect(stats.json.downloads.successful).toBeGreaterThanOrEqual(10);
  });

  it("sends its progress on Socket.IO only to its owner", async () => {
    const other = await aUser("user", server.url);
    const mine = socket({ token: owner.jwt, url: server.url });
    const theirs = socket({ token: other.jwt, url: server.url });
    await Promise.all([mine.event("connected"), theirs.event("connected")]);
    const { taskId } = await download("told?size=100000");
    await mine.event("task_update", (update) => update.taskId === taskId && update.data.status === "completed");
    const statuses = mine.heard.filter(([event]) => event === "task_update").map(([, update]) => update.data.status);
    expect(statuses[0]).toBe("queued");
    expect(statuses).toContain("active");
    expect(theirs.heard.filter(([event]) => event === "task_update")).toEqual([]);
    mine.client.close();
    theirs.client.close();
  });
});

describe("tasks", () => {
  it("are visible to their owner and staff, and changed only by their owner and admins", async () => {
    const { taskId } = await download("own?size=10");
    await ended(taskId);
    const [other, moderator] = [await aUser("user", server.url), await aUser("moderator", server.url)];
    const admin = await theAdmin(server.url);
    const bot = await aBot(owner);
    const key = await anApiKey(owner, "read");
    for (const line of [
      "GET /api/tasks/{task_id}",
      "GET /api/tasks/{task_id}/file",
      "GET /api/tasks/{task_id}/files/{part}",
    ]) {
      const input = { params: { task_id: taskId, part: "1" } };
      const statuses = [];
      for (const api of [new Api(server.url), other.api, moderator.api, admin.api, bot.api, key.api])
        statuses.push((await api.send(line, input)).status);
      expect([line, ...statuses]).toEqual([line, 401, 404, 200, 200, 403, 200]);
    }
    await other.api.refused("DELETE /api/tasks/{task_id}", "NOT_FOUND", params(taskId));
    await moderator.api.refused("DELETE /api/tasks/{task_id}", "FORBIDDEN", params(taskId));
    await key.api.refused("DELETE /api/tasks/{task_id}", "FORBIDDEN", params(taskId));
    await owner.api.refused("GET /api/tasks/{task_id}/files/{part}", "NOT_FOUND", {
      params: { task_id: taskId, part: "2" },
    });
    const removed = await admin.api.send("DELETE /api/tasks/{task_id}", params(taskId));
    expect(removed.json.message).toBe("Task removed successfully");
    await owner.api.refused("GET /api/tasks/{task_id}", "NOT_FOUND", params(taskId));
    expect(existsSync(join(folder, "downloads", taskId))).toBe(false);
  });
});

describe("forbidden addresses", () => {
  it(`are refused: ${FORBIDDEN.length} of them, and ${SCHEMES.length} schemes`, async () => {
    expect(FORBIDDEN.length).toBeGreaterThanOrEqual(60);
    for (const url of [...FORBIDDEN.map((host) => `http://${host}:8080/x`), ...SCHEMES]) {
      const { status, json } = await owner.api.send("POST /api/download", { body: { url } });
      expect([url, status, json.error?.details?.field]).toEqual([url, 400, "url"]);
    }
  });

  it("are refused as the target of a redirect", async () => {
    const ids: string[] = [];
    for (const host of FORBIDDEN.slice(0, 40)) {
      const to = encodeURIComponent(`http://${host}:8080/x`);
      const url = `${files.url}/redirect?to=${to}`;
      ids.push((await owner.api.call(startDownload, { body: { url } })).taskId);
    }
    for (const id of ids) {
      const { status, error } = await ended(id);
      expect([status, error]).toEqual(["failed", expect.stringMatching(/is not a public address/)]);
    }
  });
});
