/** Downloads from file servers with odd habits, which curl, wget and aria2 finish too. Over real HTTP with real files. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getTask, startDownload, type Task } from "@/lib/tasks/contract";
import { aUser, type TestUser } from "../factories";
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

async function downloaded(url: string): Promise<Task> {
  const { taskId } = await owner.api.call(startDownload, "POST /api/download", { body: { url } });
  for (;;) {
    const task = await owner.api.call(getTask, "GET /api/tasks/{task_id}", { params: { task_id: taskId } });
    if (!["queued", "active"].includes(task.status)) return task;
    await new Promise((done) => setTimeout(done, 20));
  }
}
async function digest(task: Task): Promise<string> {
  const reply = await fetch(`${server.url}/api/tasks/${task.id}/file`, { headers: owner.api.headers });
  const hash = createHash("sha256");
  hash.update(new Uint8Array(await reply.arrayBuffer()));
  return hash.digest("hex");
}

/** Habit, address below it, name of the file here, its size, and the most requests it may take. */
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
  it.each(ROWS)("%s: the file arrives whole under its name, in few requests", async (habit, path, name, size, most) => {
    expect(HABITS[habit]).toBeDefined();
    const task = await downloaded(`${files.url}/${habit}/${path}`);
    expect(task).toMatchObject({ status: "completed", error: null, filename: name.normalize("NFC"), sizeBytes: size });
    expect(await digest(task)).toBe(digestOf(path === "start" ? name : path, size));
    expect(files.requests.get(habit)!.length).toBeLessThanOrEqual(most);
  });
});
