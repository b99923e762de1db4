/** `/metrics` for Prometheus: who reads it, and what it counts. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { Api } from "../api";
import { aBot, anApiKey, aUser, type TestUser, theAdmin, unique } from "../factories";
import { API_TOKEN, removeFolder, startServer, temporaryFolder } from "../process";

let admin: TestUser;
let user: TestUser;
beforeAll(async () => {
  [admin, user] = await Promise.all([theAdmin(), aUser()]);
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
