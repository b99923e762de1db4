/**
 * A transfer survives its server. The server is killed half-way through 200 MB; the next one finishes the file from the data
 * on disk, and neither loads the file into memory.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { getTask, startDownload, type Task } from "@/lib/operations/transfers/contract";
import { Api } from "./api";
import { eventually } from "./eventually";
import { API_TOKEN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "./process";
import { digestOf, type FilesStandin, filesStandin } from "./standins/files";

const MB = 1_048_576;
const SIZE = 200 * MB;
let files: FilesStandin;
let folder: string;
const servers: ServerProcess[] = [];
beforeAll(async () => {
  files = await filesStandin();
  folder = temporaryFolder();
});
afterAll(async () => {
  for (const server of servers) if (server.child.exitCode === null) await server.kill();
  await files.close();
  removeFolder(folder);
});

async function begin(): Promise<[ServerProcess, Api]> {
  const server = await startServer({ DATA_DIR: folder, OUTBOUND_ALLOW_CIDRS: "127.0.0.2" });
  servers.push(server);
  return [server, new Api(server.url).bearer(API_TOKEN)];
}
const resident = ({ child }: ServerProcess) =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))![1]) * 1024;

const taskThat = (api: Api, task_id: string, fits: (task: Task) => boolean): Promise<Task> =>
  eventually(() => api.call(getTask, { params: { task_id } }), fits);

it("finishes a transfer that a killed server began, with the right checksum and little memory", async () => {
  const [first, before] = await begin();
  // Slow enough that the progress is stored several times before half-way.
  const url = `${files.url}/f/disc.iso?size=${SIZE}&bps=${5 * MB}`;
  const checksum = `sha256:${digestOf("disc.iso", SIZE)}`;
  const { taskId } = await before.call(startDownload, { body: { url, checksum } });
  await taskThat(before, taskId, ({ downloadedBytes }) => downloadedBytes >= SIZE / 2);
  await first.kill();
  const sent = files.sent.get("/f/disc.iso")!;
  expect(sent).toBeLessThan(SIZE);
  const asked = files.requests.length;

  const [second, after] = await begin();
  const over = ({ status }: Task) => status === "completed" || status === "failed";
  const done = await taskThat(after, taskId, over);
  expect(done).toMatchObject({ status: "completed", error: null, sizeBytes: SIZE, downloadedBytes: SIZE });
  // It asked for the rest of each connection's range, with If-Range.
  const resumed = files.requests.slice(asked);
  expect(resumed.length).toBeGreaterThan(0);
  expect(resumed.filter(({ range, ifRange }) => !ifRange?.startsWith('"') || range === "bytes=0-")).toEqual([]);
  // The stored progress is at most a few seconds old, so only little was fetched twice.
  expect(files.sent.get("/f/disc.iso")!).toBeLessThan(SIZE * 1.6);

  // All lazy modules are loaded now, so any growth during a second file would be the file itself.
  const warm = resident(second);
  let most = 0;
  const again = await after.call(startDownload, { body: { url: url.replace("disc", "tape") } });
  const { status } = await taskThat(after, again.taskId, (task) => {
    most = Math.max(most, resident(second));
    return over(task);
  });
  expect(status).toBe("completed");
  expect(most - warm).toBeLessThan(60 * MB);
  expect(await second.stop()).toBe(0);
});
