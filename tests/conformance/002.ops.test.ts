/** Document 002 "Queries", "Dashboard Endpoints", "Rate Limiting", "API Versioning", and its examples of these. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import * as sys from "@/lib/operations/system/contract";
import { Api } from "../api";
import { eventually } from "../eventually";
import { aBot, aUser, type TestUser, theAdmin } from "../factories";
import { API_TOKEN } from "../process";
import { theServer } from "../the-server";

let admin: TestUser;
let user: TestUser;
beforeAll(async () => {
  [admin, user] = await Promise.all([theAdmin(), aUser()]);
});

const run = promisify(execFile);

describe("the server about itself", () => {
  it("answers status in the document's formats", async () => {
    const status = await user.api.call(sys.getSystemStatus);
    expect(status).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      uptime: expect.stringMatching(/^\d+ (day|hour|minute)s?(, \d+ (hour|minute)s?)?$/),
      memoryUsage: expect.stringMatching(/^\d{1,3}%$/),
      cpuUsage: expect.stringMatching(/^\d{1,3}%$/),
    });
  });

  it("answers metrics of the machine as numbers", async () => {
    const metrics = await user.api.call(sys.getMachineMetrics);
    for (const share of [metrics.cpuUsage, metrics.memoryUsage, metrics.diskUsage]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(100);
    }
    expect(metrics.memoryUsage).toBeGreaterThan(0);
  });

  it("counts each level of the logs that the caller may see", async () => {
    const owner = await aUser();
    const bot = await aBot(owner);
    const before = await admin.api.call(sys.getLoggerStats);
    const types = ["info", "debug", "warn", "WARNING", "error", "critical", "event"];
    await bot.api.send("POST /api/bot/{bot_id}/logs", {
      params: { bot_id: bot.id },
      body: types.map((type) => ({ type, message: `a ${type} happened` })),
    });
    const stats = await owner.api.call(sys.getLoggerStats);
    expect(stats).toMatchObject({
      ...{ totalLogs: 7, errorCount: 1, warningCount: 2, criticalCount: 1, infoCount: 3, logFileSize: null },
      recentErrors: [
        expect.stringMatching(/^a critical happened at \d\d:\d\d:\d\d$/),
        expect.stringMatching(/^a error happened at /),
      ],
    });
    // Sums over every bot of the server are shared among callers for a moment.
    const all = await eventually(
      () => admin.api.call(sys.getLoggerStats),
      ({ criticalCount }) => criticalCount > before.criticalCount,
    );
    expect(all.logFileSize).toMatch(/^[\d.]+ (B|KB|MB)$/);
    expect((await user.api.call(sys.getLoggerStats)).totalLogs).toBe(0);
  });
});

describe("services and caches", () => {
  it("every service restarts, and the server keeps working", async () => {
    const { services } = await admin.api.call(sys.listServices);
    expect(services.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["command_queue", "push_sender", "plugins", "presence", "telemetry"]),
    );
    for (const { name, state } of services) {
      expect([name, state]).toEqual([name, "running"]);
      const answer = await admin.api.call(sys.restartService, {
        params: { service: name },
      });
      expect(answer).toEqual({ success: true, message: `Service ${name} restarted successfully` });
    }
    const after = await admin.api.call(sys.listServices);
    for (const { name, state, restarts } of after.services)
      expect([name, state, restarts > 0]).toEqual([name, "running", true]);

    const bot = await aBot(user);
    const due = { bot_id: bot.id, type: "ping", run_at: new Date(Date.now() + 200).toISOString() };
    await user.api.send("POST /api/commands", { body: due });
    const params = { bot_id: bot.id };
    const { json } = await bot.api.send("GET /api/bot/{bot_id}/commands", { params, query: { wait: 20 } });
    expect(json.commands).toHaveLength(1);
  });

  it("background jobs are listed with what they did and do next, and counted in the metrics", async () => {
    const find = async (name: string) => {
      const { jobs } = await admin.api.call(sys.listServices);
      return jobs.find((job) => job.name === name);
    };
    expect(await find("mail.send")).toMatchObject({ runs_in: "every_process", interval_s: 2 });
    await expect.poll(async () => (await find("telemetry.index"))?.last_success).toEqual(expect.any(String));
    const index = await find("telemetry.index");
    expect(index).toMatchObject({ runs_in: "one_process", interval_s: 1, failures: 0, error: null });
    expect([index!.runs > 0, index!.duration_ms !== null]).toEqual([true, true]);
    expect((await admin.api.send("GET /metrics")).text).toMatch(
      /muster_job_runs_total\{name="telemetry.index"\} [1-9]/,
    );
  });

  it("an unknown service is an error that names the known ones", async () => {
    const params = { service: "celery_worker" };
    const { status, json } = await admin.api.send("POST /api/system/services/{service}/restart", { params });
    expect([status, json.code]).toEqual([404, "NOT_FOUND"]);
    expect(json.error).toContain("push_sender");
  });

  it("clearing the cache returns the true count and signs nobody out", async () => {
    await user.api.send("GET /api/my-bots");
    const { caches } = await admin.api.call(sys.listServices);
    expect(caches.find(({ name }) => name === "credentials")!.items).toBeGreaterThan(0);
    const { clearedItems } = await admin.api.call(sys.clearCache);
    expect(clearedItems).toBeGreaterThan(1);
    expect((await user.api.send("GET /api/my-bots")).status).toBe(200);
  });
});

describe("/api/v1", () => {
  it("has document 002's REST paths, by the same handlers", async () => {
    for (const path of ["stats", "health", "system/status", "alert-rules", "alert-channels"]) {
      const { status } = await user.api.send(`GET /api/v1/${path}`);
      expect([path, status]).toEqual([path, 200]);
    }
    for (const path of ["config", "users", "plugins", "metrics"]) {
      const [mine, theirs] = await Promise.all([
        admin.api.send(`GET /api/v1/${path}`),
        user.api.send(`GET /api/v1/${path}`),
      ]);
      expect([path, mine.status, theirs.status]).toEqual([path, 200, 403]);
    }
    const params = { user_id: String(user.id) };
    expect((await user.api.send("GET /api/v1/users/{user_id}/stats", { params })).json.userId).toBe(user.id);
  });

  it("always answers errors in the document's form", async () => {
    const anonymous = await new Api().send("GET /api/v1/stats");
    expect([anonymous.status, anonymous.json]).toEqual([
      401,
      { error: { code: "UNAUTHORIZED", message: expect.any(String), details: expect.any(Object) } },
    ]);
    const bad = await user.api.send("GET /api/v1/stats", { query: { days: "many" } });
    expect([bad.status, bad.json.error]).toMatchObject([
      ...[400, { code: "INVALID_INPUT", details: { field: "days", value: "many" } }],
    ]);
    // The same path without the version uses the other documents' envelope.
    const plain = await new Api().send("GET /api/stats");
    expect(plain.json).toMatchObject({ error: expect.any(String), code: "UNAUTHORIZED" });
    const method = await user.api.send("DELETE /api/v1/stats");
    expect([method.status, method.json.error.code, method.headers.get("allow")]).toEqual([
      ...[405, "METHOD_NOT_ALLOWED", "GET, HEAD, OPTIONS"],
    ]);
  });

  it("serves only that document's paths", async () => {
    for (const path of [
      "/api/v1",
      "/api/v1/",
      "/api/v1/my-bots",
      "/api/v1/auth/login",
      "/api/v2/stats",
      "/api/v1/statsx",
    ])
      expect([path, (await user.api.send(`GET ${path}`)).status]).toEqual([path, 404]);
  });
});

describe("the document's examples", () => {
  const { url } = theServer();

  it("curl: Get Statistics, GET /health, GET /metrics", async () => {
    const curl = (path: string) =>
      run("curl", ["-s", "-H", `Authorization: Bearer ${API_TOKEN}`, `${url}${path}`], { maxBuffer: 16_777_216 });
    const stats = JSON.parse((await curl("/api/stats")).stdout);
    expect(stats).toMatchObject({
      version: expect.any(String),
      uptime: expect.stringMatching(/^(\d+d )?(\d+h )?\d+m$/),
      activeTasks: expect.any(Number),
      totalDownloads: expect.any(Number),
      diskUsage: expect.stringMatching(/^\d+%$/),
    });
    expect(JSON.parse((await curl("/health")).stdout)).toMatchObject({ status: "healthy" });
    expect((await curl("/metrics")).stdout).toContain("bot_downloads_total");
  });

  it("JavaScript: the WebSocket example as written", async () => {
    // Provide a WebSocket with the browser's interface to the example.
    const script = `
      import { WebSocket } from "ws";
      const ws = new WebSocket('${url.replace("http", "ws")}/ws?token=${user.jwt}');

      ws.onopen = () => {
        // Subscribe to task updates
        ws.send(JSON.stringify({
          type: 'subscribe',
          channel: 'task_updates',
          taskId: 'task_123456'
        }));
      };

      ws.onmessage = (event) => {
        const data = JSON.parse(event.data);
        console.log('Task update:', JSON.stringify(data));
        ws.close();
      };`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script]);
    // That task does not exist.
    expect(JSON.parse(stdout.replace("Task update: ", ""))).toMatchObject({
      type: "error",
      error: { code: "NOT_FOUND" },
    });
  });
});
