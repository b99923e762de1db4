/** Document 002 "Configuration Endpoints": parts that `features` and `enabledPhases` switch off refuse with a reason, pause, and resume without a restart. */
import { createClient } from "graphql-ws";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { type Api, errorOf, type Json } from "../api";
import { eventually } from "../eventually";
import { anApiKey, aUser, type TestUser, theAdmin } from "../factories";
import { theServer } from "../the-server";

const { url } = theServer();
let admin: TestUser;
/** Uses the console's cookie, which document 002's limits for programs do not apply to. */
let api: Api;
const reset = () => admin.api.send("POST /api/config/features/reset");
beforeEach(async () => {
  admin = await theAdmin();
  ({ api } = admin);
  await reset();
});
afterEach(reset);
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) close();
  // Restore the server's settings for other test files.
  for (const name of new Set(OFF.flatMap(({ services }) => services))) await settled(name, "running");
});

async function switchFeatures(body: { features?: Json; enabledPhases?: Json }) {
  expect((await api.send("PATCH /api/config", { body })).status).toBe(200);
}
const graphql = (query: string) => api.send("POST /graphql", { body: { query } });
const states = async () => {
  const { json } = await api.send("GET /api/system/services");
  return Object.fromEntries(json.services.map(({ name, state }: Json) => [name, state])) as Record<string, string>;
};
const settled = (name: string, state: string) => eventually(async () => expect((await states())[name]).toBe(state));

const OFF = [
  {
    feature: "transfers",
    by: "phase1",
    body: { enabledPhases: { phase1: false } },
    lines: ["GET /api/tasks", "GET /api/tasks/task_unknown", "DELETE /api/tasks/task_unknown", "GET /api/v1/tasks"],
    fields: [
      "{ downloadStats { todayDownloads } }",
      'mutation { startDownload(url: "https://files.invalid/x") { success } }',
    ],
    services: ["task_runner"],
  },
  {
    feature: "alerts",
    by: "phase2",
    body: { enabledPhases: { phase2: false } },
    lines: [
      "GET /api/alerts",
      "GET /api/alert-rules",
      "GET /api/alert-channels",
      "POST /api/alerts/alert_unknown/resolve",
    ],
    fields: ["{ alertSummary { totalAlerts } }", 'mutation { triggerAlert(level: "info", message: "x") { success } }'],
    services: ["alert_engine"],
  },
  {
    feature: "backups",
    by: "phase2",
    body: { enabledPhases: { phase2: false } },
    lines: ["GET /api/backups", "POST /api/backups/none_20260101_000000.tar.gz/verify"],
    fields: ["{ backups { filename } }", "mutation { createBackup { success } }"],
    services: ["scheduler"],
  },
  ...[
    { by: "pluginSystem", body: { features: { pluginSystem: false } } },
    { by: "phase3", body: { enabledPhases: { phase3: false } } },
  ].map((one) => ({
    ...one,
    feature: "plugins",
    lines: ["GET /api/plugins", "GET /api/v1/plugins", "GET /api/cogs", "POST /api/plugins/rescan"],
    // Phase 3 switches GraphQL off, so it cannot be used here.
    fields:
      one.by === "phase3"
        ? []
        : ["{ plugins { name } }", 'mutation { togglePlugin(pluginName: "x", enabled: true) { success } }'],
    services: ["plugins"],
  })),
];

describe.each(OFF)("$feature by $by", ({ feature, by, body, lines, fields, services }) => {
  it("is refused while it is off, pauses, and works again when it is on", async () => {
    // It may still be resuming after the previous test.
    for (const name of services) await settled(name, "running");
    await switchFeatures(body);
    for (const line of lines) {
      const { status, json } = await api.send(line);
      expect([status, errorOf(json)], line).toEqual([
        403,
        expect.objectContaining({
          code: "FORBIDDEN",
          details: { feature, switch: by },
        }),
      ]);
      expect(errorOf(json).error).toContain(`turned off on this server (settings: features.${by})`);
    }
    for (const field of fields) {
      const { json } = await graphql(field);
      expect([json.errors[0].extensions.code, json.errors[0].message], field).toEqual([
        "FORBIDDEN",
        expect.stringContaining("turned off"),
      ]);
    }
    for (const name of services) {
      await settled(name, "stopped");
      const restart = { params: { service: name } };
      expect((await api.send("POST /api/system/services/{service}/restart", restart)).json).toMatchObject({
        success: false,
      });
    }
    expect((await api.send("GET /api/stats")).status).toBe(200);

    await reset();
    for (const name of services) await settled(name, "running");
    for (const line of lines) expect((await api.send(line)).status, line).not.toBe(403);
    for (const field of fields) expect((await graphql(field)).json.errors?.[0]?.extensions?.code).not.toBe("FORBIDDEN");
  });

  it("reveals nothing of the configuration to callers without the right", async () => {
    await switchFeatures(body);
    const user = await aUser();
    const [line] = lines as [string];
    const { status, json } = await user.api.with({}).send(line);
    expect([status, errorOf(json).code]).toEqual([401, "UNAUTHORIZED"]);
    if (feature === "backups" || feature === "plugins")
      expect(errorOf((await user.api.send(line)).json).details?.feature).toBeUndefined();
  });
});

describe.each([
  ["graphqlApi", { features: { graphqlApi: false } }],
  ["phase3", { enabledPhases: { phase3: false } }],
])("GraphQL by %s", (by, body) => {
  it("is refused while it is off, its subscriptions end, and it works again when it is on", async () => {
    const user = await aUser();
    const closed = vi.fn();
    const connect = (events: Json) =>
      createClient({
        ...{ url: `${url.replace("http", "ws")}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0, lazy: true },
        connectionParams: { authorization: `Bearer ${user.jwt}` },
        on: events,
      });
    const query = "subscription { systemMetrics { timestamp } }";
    const client = connect({ closed: ({ code }: { code: number }) => closed(code) });
    closing.push(() => client.dispose());
    const events = client.iterate({ query });
    expect((await events.next()).value).toHaveProperty("data.systemMetrics.timestamp");
    const gone = new AbortController();
    closing.push(() => gone.abort());
    const stream = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream", authorization: `Bearer ${user.jwt}` },
      body: JSON.stringify({ query }),
      signal: gone.signal,
    });
    const ended = stream.text();

    await switchFeatures(body);
    await ended;
    await eventually(() => expect(closed).toHaveBeenCalledWith(4403));
    const refused = await graphql("{ status { version } }");
    expect([refused.status, refused.json]).toEqual([
      403,
      {
        errors: [{ message: expect.stringContaining(`features.${by}`), extensions: { code: "FORBIDDEN" } }],
      },
    ]);
    const again = vi.fn();
    const late = connect({ closed: ({ code }: { code: number }) => again(code) });
    closing.push(() => late.dispose());
    late.subscribe({ query }, { next() {}, error() {}, complete() {} });
    await eventually(() => expect(again).toHaveBeenCalledWith(4403));

    await reset();
    expect((await graphql("{ status { version } }")).json.data.status.version).toMatch(/^\d/);
  });
});

it("/ws sends no transfer updates while transfers are off", async () => {
  const user = await aUser();
  const key = await anApiKey(user, "read");
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws?token=${key.secret}`);
  closing.push(() => socket.terminate());
  await new Promise((resolve) => socket.once("open", resolve));
  const ask = (message: Json) =>
    new Promise<Json>((resolve) => {
      socket.once("message", (text) => resolve(JSON.parse(String(text))));
      socket.send(JSON.stringify(message));
    });
  const subscribe = { type: "subscribe", channel: "task_updates" };
  await switchFeatures({ enabledPhases: { phase1: false } });
  expect(await ask(subscribe)).toMatchObject({
    ...{ type: "error", error: { code: "FORBIDDEN", details: { feature: "transfers", switch: "phase1" } } },
  });
  await reset();
  expect(await ask(subscribe)).toEqual({ type: "subscribed", channel: "task_updates" });
});
