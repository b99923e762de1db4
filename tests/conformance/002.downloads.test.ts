/** Downloads from file servers with odd habits, which curl, wget and aria2 finish too. Over real HTTP with real files. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getPerson, getUserStats, listUsersWithStats, searchUsersWithStats } from "@/lib/operations/stats/contract";
import { getTask, listTasks, startDownload, type Task } from "@/lib/operations/transfers/contract";
import { eventually } from "../eventually";
import { aUser, type TestUser, theAdmin } from "../factories";
import { data } from "../graphql";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { digestOf } from "../standins/files";
import { HABITS, type HabitsStandin, habitsStandin, LARGE, SMALL } from "../standins/habits";

let files: HabitsStandin;
let elsewhere: HabitsStandin;
let server: ServerProcess;
let folder: string;
let owner: TestUser;

beforeAll(async () => {
  [files, elsewhere] = [await habitsStandin(), await habitsStandin()];
  folder = temporaryFolder();
  server = await startServer({ DATA_DIR: folder, OUTBOUND_ALLOW_CIDRS: "127.0.0.2" });
  owner = await aUser("user", server.url);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await Promise.all([files.close(), elsewhere.close()]);
  removeFolder(folder);
});

async function downloaded(url: string, over: object = {}): Promise<Task> {
  const { taskId } = await owner.api.call(startDownload, { body: { url, ...over } });
  return ended(taskId);
}
const ended = (task_id: string): Promise<Task> =>
  eventually(
    () => owner.api.call(getTask, { params: { task_id } }),
    ({ status }) => !["queued", "active"].includes(status),
  );
async function digest(task: Task): Promise<string> {
  const reply = await fetch(`${server.url}/api/tasks/${task.id}/file`, { headers: owner.api.headers });
  const hash = createHash("sha256");
  hash.update(new Uint8Array(await reply.arrayBuffer()));
  return hash.digest("hex");
}

/** The habit, the path below it, the expected file name, its size, and the maximum number of requests. */
const ROWS: [habit: string, path: string, name: string, size: number, requests: number][] = [
  ["range-416", "a.bin", "a.bin", LARGE, 5],
  ["range-403", "a.bin", "a.bin", LARGE, 5],
  ["range-400", "a.bin", "a.bin", LARGE, 5],
  ["range-501", "a.bin", "a.bin", LARGE, 5],
  ["etag-differs", "a.bin", "a.bin", LARGE, 2],
  ["modified-differs", "a.bin", "a.bin", LARGE, 2],
  ["if-range-date", "a.bin", "a.bin", LARGE, 6],
  ["once-403", "a.bin", "a.bin", LARGE, 2],
  ["once-410", "a.bin", "a.bin", LARGE, 2],
  ["single-429", "a.bin", "a.bin", LARGE, 2],
  ["single-503", "a.bin", "a.bin", LARGE, 2],
  ["single-509", "a.bin", "a.bin", LARGE, 2],
  ["cookie", "a.bin", "a.bin", SMALL, 2],
  ["location", "start", "größe.bin", SMALL, 2],
  ["gzip", "a.bin", "a.bin", SMALL, 1],
  ["name-latin1", "a.bin", "café.txt", SMALL, 1],
  ["name-percent", "a.bin", "café noir.txt", SMALL, 1],
  ["name-xfilename", "a.bin", "a.bin", SMALL, 1],
  ["name-rfc2047", "a.bin", "café noir.txt", SMALL, 1],
  ["name-continued", "a.bin", "café.txt", SMALL, 1],
  ["name-spaces", "a.bin", "my long name.txt", SMALL, 1],
  ["name-joiners", "a.bin", "می\u200cخواهم 👩\u200d💻.txt", SMALL, 1],
];

describe("a file server's habit", () => {
  it.each(ROWS)(
    "%s: the complete file arrives under its name, in few requests",
    async (habit, path, name, size, most) => {
      expect(HABITS[habit]).toBeDefined();
      const task = await downloaded(`${files.url}/${habit}/${path}`);
      expect(task).toMatchObject({
        status: "completed",
        error: null,
        filename: name.normalize("NFC"),
        sizeBytes: size,
      });
      expect(await digest(task)).toBe(digestOf(path === "start" ? name : path, size));
      expect(files.requests.get(habit)!.length).toBeLessThanOrEqual(most);
    },
  );
});

describe("user:password@ in an address", () => {
  const withSecret = (path: string) => `${files.url.replace("http://", "http://us%20er:p%40ss@")}${path}`;

  it("is sent as Basic credentials, and neither shown nor stored in plain text", async () => {
    const task = await downloaded(withSecret("/basic/a.bin"));
    expect(task).toMatchObject({
      status: "completed",
      url: `${files.url.replace("http://", "http://***@")}/basic/a.bin`,
    });
    const { text } = await owner.api.send("GET /api/tasks");
    const { tasks } = await data(owner, "query { tasks { edges { node { url } } } }");
    const stored = readdirSync(folder).filter((name) => name.includes(".db"));
    expect(stored.length).toBeGreaterThan(0);
    const seen = [text, JSON.stringify(tasks), ...stored.map((name) => readFileSync(join(folder, name), "latin1"))];
    for (const one of [...seen, server.log()]) expect(one).not.toMatch(/p%40ss|p@ss/);
  });

  it("is sent only to its origin", async () => {
    const to = encodeURIComponent(`${elsewhere.url}/basic/a.bin`);
    const task = await downloaded(`${withSecret("/away/a.bin")}?to=${to}`);
    expect(task).toMatchObject({ status: "failed", error: expect.stringMatching(/answered 401/) });
    expect(files.requests.get("away")![0]!.authorization).toMatch(/^Basic /);
    expect(elsewhere.requests.get("basic")!.map(({ authorization }) => authorization)).toEqual([undefined]);
  });
});

describe("userId of a download", () => {
  const ID = "1497549923779084388";
  const small = () => `${files.url}/name-spaces/a.bin`;
  const of = (user_id: string) => ({ params: { user_id } });

  it("creates a contact that appears in the task, users, figures and top downloaders", async () => {
    const task = await downloaded(small(), { userId: 123456789, username: "grace", platform: "telegram" });
    expect(task).toMatchObject({
      ...{ user: { id: 123456789, username: "grace" }, owner: { id: owner.id, username: owner.username } },
      requestedFor: "123456789",
    });
    // Bots send it as a 64-bit number.
    const reply = await fetch(`${server.url}/api/download`, {
      method: "POST",
      headers: { ...owner.api.headers, "content-type": "application/json" },
      body: `{"url":"${small()}","userId":${ID}}`,
    });
    await ended((await reply.json()).taskId);
    const admin = await theAdmin(server.url);
    const { users, count } = await admin.api.call(listUsersWithStats);
    expect(count).toBe(users.length);
    expect(users.find(({ id }) => id === 123456789)).toMatchObject({
      ...{
        kind: "contact",
        username: "grace",
        platform: "telegram",
        totalDownloads: 1,
        lastActive: expect.any(String),
      },
    });
    expect(users.find(({ id }) => id === owner.id)).toMatchObject({ kind: "account", platform: null });
    expect(users.find(({ id }) => id === ID)).toMatchObject({ kind: "contact", username: ID });
    const search = await admin.api.call(searchUsersWithStats, { query: { q: "grace" } });
    expect(search.users.map(({ id, kind }) => [id, kind])).toEqual([[123456789, "contact"]]);
    expect(await owner.api.call(getUserStats, of("123456789"))).toMatchObject({
      ...{ userId: 123456789, username: "grace", totalSize: expect.stringMatching(/KB$/) },
      downloads: { total: 1, successful: 1, failed: 0 },
    });
    const query = "query { downloadStats { topDownloaders { userId username downloadCount } } }";
    const top = (await data(owner, query)).downloadStats.topDownloaders;
    expect(top).toContainEqual({ userId: "123456789", username: "grace", downloadCount: 1 });
    expect(top).toContainEqual({ userId: ID, username: ID, downloadCount: 1 });
    const list = await owner.api.call(listTasks, { query: { userId: ID } });
    expect(list.tasks.map(({ user }) => user.id)).toEqual([ID]);
    const found = await data(owner, `query { tasks(userId: "${ID}") { edges { node { user { id username } } } } }`);
    expect(found.tasks.edges).toEqual([{ node: { user: { id: ID, username: ID } } }]);
  });

  it("adds nothing to the owner's figures but counts towards the owner's limits", async () => {
    const before = await owner.api.call(getUserStats, of(String(owner.id)));
    await downloaded(small(), { userId: "someone-else" });
    const after = await owner.api.call(getUserStats, of(String(owner.id)));
    expect(after.downloads).toEqual(before.downloads);
    const own = await owner.api.call(listTasks, { query: { userId: String(owner.id) } });
    expect(own.tasks.every(({ requestedFor }) => requestedFor === null)).toBe(true);
  });

  it("shows a contact only to staff and to the account that made it", async () => {
    await downloaded(small(), { userId: "hidden-7", username: "Ada's friend" });
    const other = await aUser("user", server.url);
    for (const line of ["GET /api/users/{user_id}", "GET /api/users/{user_id}/stats", "GET /api/users/{user_id}/bots"])
      await other.api.refused(line, "FORBIDDEN", of("hidden-7"));
    expect((await other.api.call(listTasks, { query: { userId: "hidden-7" } })).total).toBe(0);
    const moderator = await aUser("moderator", server.url);
    for (const { api } of [owner, moderator, await theAdmin(server.url)]) {
      expect(await api.call(getPerson, of("hidden-7"))).toMatchObject({
        ...{ kind: "contact", user_id: "hidden-7", username: "Ada's friend", permissions: [], role: "user" },
        user: { id: "hidden-7", email: "", is_active: false },
      });
      expect((await api.send("GET /api/users/{user_id}/bots", of("hidden-7"))).json.bots).toEqual([]);
    }
    // The same id used by another account is another contact.
    const { taskId } = await other.api.call(startDownload, {
      body: { url: small(), userId: "hidden-7" },
    });
    const theirs = await other.api.call(getPerson, of("hidden-7"));
    expect([theirs.username, taskId]).toEqual(["hidden-7", expect.any(String)]);
  });

  it("an account's number names the account", async () => {
    const admin = await theAdmin(server.url);
    const { taskId } = await admin.api.call(startDownload, {
      body: { url: small(), userId: owner.id },
    });
    const task = await admin.api.call(getTask, { params: { task_id: taskId } });
    expect(task).toMatchObject({ user: { id: owner.id }, owner: { id: owner.id }, requestedFor: null });
    expect(await admin.api.call(getPerson, of(String(owner.id)))).toMatchObject({
      ...{ kind: "account", platform: null, user: { id: owner.id } },
    });
  });
});
