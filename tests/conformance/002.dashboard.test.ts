/** The calls that document 002's own dashboard makes, and the metrics that its Grafana board and alert rules read. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getTask, startDownload, type Task } from "@/lib/operations/transfers/contract";
import type { Json } from "../api";
import { eventually } from "../eventually";
import { aUser, type TestUser, theAdmin } from "../factories";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { type FilesStandin, filesStandin } from "../standins/files";

const MB = 1_048_576;
let files: FilesStandin;
let server: ServerProcess;
let folder: string;
let owner: TestUser;
let admin: TestUser;

beforeAll(async () => {
  files = await filesStandin();
  folder = temporaryFolder();
  server = await startServer({ DATA_DIR: folder, OUTBOUND_ALLOW_CIDRS: "127.0.0.2", METRICS_COMPAT: "mltb" });
  [owner, admin] = [await aUser("user", server.url), await theAdmin(server.url)];
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await files.close();
  removeFolder(folder);
});

const started = async (path: string) =>
  (await owner.api.call(startDownload, { body: { url: `${files.url}/f/${path}` } })).taskId;
const taskThat = (id: string, fits: (task: Task) => boolean): Promise<Task> =>
  eventually(() => owner.api.call(getTask, { params: { task_id: id } }), fits);
const isActive = ({ status, downloadedBytes }: Task) => status === "active" && downloadedBytes > 0;
/** Starts a download that stops halfway until `files.release` is called. */
async function held(name: string): Promise<string> {
  const id = await started(`${name}?size=${2 * MB}&hold=${MB}&ranges=no`);
  await taskThat(id, isActive);
  return id;
}
const control = (id: string, body: unknown, api = owner.api) =>
  api.send("POST /api/tasks/{id}/control", { params: { id }, body });
const shown = async (id: string): Promise<Json> =>
  (await owner.api.send("GET /api/dashboard/tasks")).json.tasks.find(({ gid }: Json) => gid === id);

describe("the dashboard", () => {
  it("reads its figures as numbers", async () => {
    const id = await held("figures.bin");
    const { status, json } = await owner.api.send("GET /api/dashboard/stats");
    expect([status, json]).toEqual([
      200,
      {
        active_tasks: 1,
        total_speed: expect.any(Number),
        cpu_usage: expect.toSatisfy((value) => value >= 0 && value <= 100),
        memory_usage: expect.toSatisfy((value) => value > 0 && value <= 100),
        uptime: expect.toSatisfy(Number.isInteger),
      },
    ]);
    const stranger = await aUser("user", server.url);
    expect((await stranger.api.send("GET /api/v1/dashboard/stats")).json.active_tasks).toBe(0);
    expect((await stranger.api.send("GET /api/dashboard/tasks")).json).toEqual({ tasks: [], total: 0 });
    await control(id, { action: "cancel" });
  });

  it("lists transfers, and pauses, resumes and cancels them", async () => {
    const id = await held("controlled.bin");
    expect(await shown(id)).toEqual({
      ...{ gid: id, name: "controlled.bin", engine: "http", status: "downloading" },
      ...{ progress: expect.any(Number), speed: expect.any(Number) },
      eta: expect.toSatisfy((eta) => eta === null || Number.isInteger(eta)),
      ...{ total_length: 2 * MB, completed_length: expect.toSatisfy((bytes) => bytes > 0 && bytes < 2 * MB) },
    });
    const paused = await control(id, { action: "pause", reason: "make room" });
    expect([paused.status, paused.json]).toEqual([
      200,
      { success: true, task_id: id, action: "pause", timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) },
    ]);
    expect(await shown(id)).toMatchObject({ status: "paused", speed: 0, eta: null });
    expect((await control(id, { action: "resume" })).json).toMatchObject({ success: true, action: "resume" });
    await taskThat(id, isActive);
    expect((await control(id, { action: "cancel" })).json).toMatchObject({ success: true, action: "cancel" });
    expect(await shown(id)).toMatchObject({ status: "error" });
  });

  it("cannot cancel a transfer that has ended, whose files stay", async () => {
    const id = await started(`whole.bin?size=${MB}`);
    await taskThat(id, ({ status }) => status === "completed");
    expect(await shown(id)).toMatchObject({ status: "completed", progress: 100, completed_length: MB, speed: 0 });
    const refused = await control(id, { action: "cancel" });
    expect([refused.status, refused.json.error.code]).toEqual([409, "CONFLICT"]);
    expect((await owner.api.send("GET /api/tasks/{id}/file", { params: { id } })).status).toBe(200);
  });

  it("is refused an action that does not exist, with the words of the original", async () => {
    for (const action of ["delete", "", null, 7]) {
      const { status, json } = await control("task_x", { action });
      expect([status, json.error.code]).toEqual([400, "INVALID_INPUT"]);
      expect(json.error.message).toContain("Invalid action");
    }
  });

  it("leaves others' transfers alone, and records the reason of an admin", async () => {
    const id = await held("others.bin");
    const stranger = await aUser("user", server.url);
    expect((await control(id, { action: "pause" }, stranger.api)).status).toBe(404);
    expect((await control(id, { action: "cancel", reason: "too large" }, admin.api)).status).toBe(200);
    const { json } = await admin.api.send("GET /api/audit", { query: { action: "controlTask" } });
    expect(JSON.stringify(json)).toContain("too large");
  });
});

describe("the metrics", () => {
  /** The queries of the original's Grafana board and alert rules. */
  const READ = `
    rate(mltb_downloads_total{status="success"}[5m])          rate(mltb_downloads_total{status="failed"}[5m])
    sum by (source_type) (mltb_downloads_total)               sum by (destination) (mltb_uploads_total)
    rate(mltb_uploads_total{status="success"}[5m])            mltb_active_downloads     mltb_active_uploads
    sum(mltb_active_tasks)  sum(mltb_queued_tasks) > 50       increase(mltb_failed_tasks_total[1h])
    sum(mltb_download_speed_bytes_per_second)                 mltb_cpu_usage_percent > 90
    mltb_memory_usage_percent > 90                            mltb_disk_usage_percent > 90
    rate(mltb_errors_total[5m]) > 1  rate(mltb_rate_limiter_allowed_requests[5m])  rate(mltb_rate_limiter_blocked_requests[5m])`;
  const text = async () => (await admin.api.send("GET /metrics")).text;
  const value = (metrics: string, series: string) =>
    Number(
      metrics
        .split("\n")
        .find((line) => line.startsWith(`${series} `))
        ?.split(" ")[1],
    );
  /** Reads the metrics until `fits`, because figures of the database may be 2 s old. */
  const metricsThat = (fits: (metrics: string) => boolean) => eventually(text, fits);

  it("have every name that the original's board and alert rules read", async () => {
    const known = new Set([...(await text()).matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
    const read = new Set([...READ.matchAll(/mltb_\w+/g)].map(([name]) => name));
    expect(read.size).toBe(14);
    expect([...read].filter((name) => !known.has(name))).toEqual([]);
  });

  it("have the figures of this server", async () => {
    const id = await started(`counted.bin?size=${MB}`);
    await taskThat(id, ({ status }) => status === "completed");
    const failed = await started("broken.bin?fail=404&times=9");
    await taskThat(failed, ({ status }) => status === "failed");
    const active = await held("running.bin");
    const success = 'mltb_downloads_total{status="success",source_type="direct"}';
    const metrics = await metricsThat(
      (found) => value(found, "mltb_active_downloads") === 1 && value(found, "mltb_failed_tasks_total") === 1,
    );
    expect(value(metrics, success)).toBe(value(metrics, "bot_downloads_total"));
    expect(value(metrics, success)).toBeGreaterThan(0);
    expect(value(metrics, 'mltb_downloads_total{status="failed",source_type="direct"}')).toBe(1);
    expect(value(metrics, 'mltb_active_tasks{type="download"}')).toBe(1);
    expect(value(metrics, 'mltb_queued_tasks{queue_name="transfers"}')).toBe(0);
    expect(value(metrics, "mltb_memory_usage_percent")).toBeCloseTo(
      value(metrics, 'muster_machine_share{resource="memory"}') * 100,
      6,
    );
    expect(value(metrics, "mltb_rate_limiter_allowed_requests")).toBeGreaterThan(0);
    expect(value(metrics, "mltb_rate_limiter_blocked_requests")).toBe(0);
    await control(active, { action: "cancel" });
  });
});
