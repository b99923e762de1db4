/** Document 002 "Queries", "Dashboard Endpoints", "Rate Limiting", "API Versioning", and its examples of these. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as sys from "@/lib/operations/system/contract";
import { type Answer, Api } from "../api";
import { aBot, anApiKey, aUser, type TestUser, theAdmin, unique } from "../factories";
import { API_TOKEN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { theServer } from "../the-server";

const run = promisify(execFile);
let admin: TestUser;
let user: TestUser;
beforeAll(async () => {
  [admin, user] = await Promise.all([theAdmin(), aUser()]);
});

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
    const all = await admin.api.call(sys.getLoggerStats);
    expect(all.criticalCount).toBeGreaterThan(before.criticalCount);
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

describe("/metrics", () => {
  const read = async () => (await admin.api.send("GET /metrics")).text;
  const value = (text: string, series: string) =>
    Number(
      text
        .split("\n")
        .find((line) => line.startsWith(`${series} `))
        ?.split(" ")[1] ?? 0,
    );

  it("is Prometheus' text format with the document's names", async () => {
    const { status, headers, text } = await admin.api.send("GET /metrics");
    expect([status, headers.get("content-type")]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    for (const [name, kind] of [
      ["bot_downloads_total", "counter"],
      ["bot_active_tasks", "gauge"],
    ]) {
      expect(text).toMatch(new RegExp(`^# HELP ${name} `, "m"));
      expect(text).toMatch(new RegExp(`^# TYPE ${name} ${kind}$`, "m"));
      expect(text).toMatch(new RegExp(`^${name} \\d+$`, "m"));
    }
    for (const line of text.trim().split("\n"))
      expect(line).toMatch(/^(#( .*)?|[a-z_0-9]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [-+0-9.eNaInf]+|)$/i);
  });

  it("is only for admins, by session or read-only key", async () => {
    const key = await anApiKey(admin, "read");
    const moderator = await aUser("moderator");
    expect((await key.api.send("GET /metrics")).status).toBe(200);
    expect((await moderator.api.send("GET /metrics")).status).toBe(403);
    const refused = await new Api().send("GET /metrics");
    expect([refused.status, refused.json.error.code]).toEqual([401, "UNAUTHORIZED"]);
  });

  it("is readable with METRICS_TOKEN, which reads nothing else", async () => {
    const folder = temporaryFolder();
    const token = "metrics-token-of-the-tests";
    const server = await startServer({ DATA_DIR: folder, METRICS_TOKEN: token });
    try {
      const prometheus = new Api(server.url).bearer(token);
      for (const line of ["GET /metrics", "GET /api/v1/metrics"])
        expect((await prometheus.send(line)).status).toBe(200);
      for (const line of ["GET /api/my-bots", "GET /api/stats", "GET /api/system/metrics", "POST /graphql"])
        expect([line, (await prometheus.send(line)).status]).toEqual([line, 401]);
      for (const wrong of [`${token}x`, token.slice(0, -1), token.toUpperCase()])
        expect((await new Api(server.url).bearer(wrong).send("GET /metrics")).status).toBe(401);
      expect((await new Api(server.url, { "x-bot-token": token }).send("GET /metrics")).status).toBe(401);
      expect((await new Api(server.url).send("GET /metrics")).status).toBe(401);
      expect((await new Api(server.url).bearer(API_TOKEN).send("GET /metrics")).status).toBe(200);
    } finally {
      await server.stop();
      removeFolder(folder);
    }
  });

  it("has every name that the dashboard and the alert rules in docs/monitoring use", async () => {
    const names = new Set([...(await read()).matchAll(/^# TYPE (\S+) /gm)].map((found) => found[1]!));
    const asked = ["grafana.json", "alerts.yml"].flatMap((file) =>
      [...readFileSync(`docs/monitoring/${file}`, "utf8").matchAll(/\b(bot|muster|nodejs|process)_[a-z0-9_]+/g)].map(
        ([name]) => (names.has(name) ? name : name.replace(/_(bucket|count|sum)$/, "")),
      ),
    );
    expect(asked.length).toBeGreaterThan(30);
    expect([...new Set(asked)].filter((name) => !names.has(name) && name !== "bot_id")).toEqual([]);
  });

  it("counts stages of commands, logs by level, and requests by route but never by id", async () => {
    const before = await read();
    const bot = await aBot(user);
    const params = { bot_id: bot.id };
    const { json } = await user.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "ping" } });
    await bot.api.send("GET /api/bot/{bot_id}/commands", { params });
    await bot.api.send("POST /api/commands/{command_id}/ack", { params: { command_id: json.command.id }, body: {} });
    const odd = unique("type");
    for (const type of ["error", odd])
      await bot.api.send("POST /api/bot/{bot_id}/logs", { params, body: { type, message: "x" } });
    const after = await read();
    for (const series of [
      "muster_commands_queued_total",
      'muster_commands_settled_total{status="completed",reason="bot"}',
      'muster_command_seconds_count{stage="queued"}',
      'muster_command_seconds_count{stage="leased"}',
      'muster_logs_stored_total{level="error"}',
      'muster_logs_stored_total{level="other"}',
      "muster_database_flush_seconds_count",
      'muster_http_requests_total{method="POST",route="/api/bot/[bot_id]/logs",status="200"}',
      'muster_http_request_seconds_count{method="POST",route="/api/bot/[bot_id]/logs"}',
    ])
      expect([series, value(after, series) > value(before, series)]).toEqual([series, true]);
    expect(after).not.toContain(bot.id);
    expect(after).not.toContain(odd);
    expect(value(after, 'muster_service_up{service="plugins"}')).toBe(1);
    const bots = after.split("\n").filter((line) => line.startsWith("muster_bots{"));
    expect(bots).toHaveLength(4);
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

describe("budgets", () => {
  let server: ServerProcess;
  const folder = temporaryFolder();
  beforeAll(async () => {
    server = await startServer({ DATA_DIR: folder, RATE_LIMIT_FACTOR: "0.1" });
  });
  afterAll(async () => {
    await server.stop();
    removeFolder(folder);
  });
  const standing = ({ headers }: Answer) =>
    ["limit", "remaining"].map((name) => Number(headers.get(`x-ratelimit-${name}`)));

  it("of REST are in every answer, then 429 as documented, without affecting other paths", async () => {
    const program = new Api(server.url).bearer(API_TOKEN);
    for (let left = 5; left >= 0; left--) {
      const answer = await program.send("GET /api/v1/stats");
      expect([answer.status, standing(answer)]).toEqual([200, [6, left]]);
      const reset = Number(answer.headers.get("x-ratelimit-reset"));
      expect(reset * 1000).toBeGreaterThan(Date.now() - 1000);
      expect(reset * 1000).toBeLessThan(Date.now() + 61_000);
    }
    const over = await program.send("GET /api/v1/stats");
    expect([over.status, standing(over)]).toEqual([429, [6, 0]]);
    expect(over.json).toMatchObject({ error: "Rate limit exceeded", retryAfter: expect.any(Number) });
    expect(over.headers.get("retry-after")).toBe(String(over.json.retryAfter));
    // All paths of that document share a budget; bots and the console have others.
    expect((await program.send("GET /api/plugins")).status).toBe(429);
    expect((await program.send("GET /api/my-bots")).status).toBe(200);
  });
});

describe("X-RateLimit headers", () => {
  const admin = new Api().bearer(API_TOKEN);

  it.each([
    "GET /health",
    "GET /metrics",
    "GET /api/stats",
    "GET /api/tasks",
    "GET /api/tasks/{task_id}",
    "DELETE /api/tasks/{task_id}",
    "POST /api/download",
    "GET /api/users",
    "GET /api/users/{user_id}/stats",
    "GET /api/config",
    "PATCH /api/config",
    "GET /api/plugins",
    "POST /api/plugins/{name}/toggle",
  ])("stand on %s and count every call, refused ones too", async (line) => {
    const input = {
      params: { task_id: "task_none", user_id: "1", name: "none" },
      ...(line.startsWith("GET") ? {} : { body: {} }),
    };
    const [first, second] = [await admin.send(line, input), await admin.send(line, input)];
    const remaining = [first, second].map(({ headers }) => Number(headers.get("x-ratelimit-remaining")));
    expect(Number(first.headers.get("x-ratelimit-limit"))).toBeGreaterThan(0);
    expect(Number(first.headers.get("x-ratelimit-reset"))).toBeGreaterThan(0);
    expect(remaining[1]).toBeLessThan(remaining[0]!);
  });

  it("are on the shared paths for people in the console too", async () => {
    const { headers } = await (await aUser()).api.send("GET /api/stats");
    expect(Number(headers.get("x-ratelimit-remaining"))).toBe(Number(headers.get("x-ratelimit-limit")) - 1);
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
