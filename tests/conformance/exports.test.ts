/** Traces, metrics and logs by OTLP, and metrics by DogStatsD, as another program receives them. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aBot, type TestUser, theAdmin } from "../factories";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { type OtlpSpan, otlpStandin } from "../standins/otlp";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
/** Makes Node write the name of every module that is imported. */
const LOG_IMPORTS = `--import=data:text/javascript,${encodeURIComponent(
  'import{registerHooks}from"node:module";registerHooks({resolve(name,from,next){process.stdout.write("imports "+name+"\\n");return next(name,from)}})',
)}`;
const CALLER = `00-${TRACE}-b7ad6b7169203331-01`;

describe("exports", () => {
  let receiver: Awaited<ReturnType<typeof otlpStandin>>;
  let server: ServerProcess;
  let admin: TestUser;
  const folder = temporaryFolder();
  const agent = createSocket("udp4");
  const lines: string[] = [];
  let isGauge: (line: string) => void;
  const gauges = new Promise<string>((resolve) => {
    isGauge = resolve;
  });

  beforeAll(async () => {
    receiver = await otlpStandin();
    agent.on("message", (data) => {
      lines.push(...String(data).split("\n"));
      isGauge(lines[0]!);
    });
    agent.bind(0, "127.0.0.1");
    await once(agent, "listening");
    server = await startServer({
      DATA_DIR: folder,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: "x-team=bots",
      OTEL_SERVICE_NAME: "muster-tests",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=tests",
      NODE_OPTIONS: LOG_IMPORTS,
      DOGSTATSD_ADDR: `127.0.0.1:${agent.address().port}`,
    });
    admin = await theAdmin(server.url);
    const bot = await aBot(admin);
    const headers = { traceparent: CALLER };
    expect((await admin.api.send("GET /api/bot/{bot_id}/info", { params: { bot_id: bot.id }, headers })).status).toBe(
      200,
    );
    await gauges;
    // Ends, and so sends what is left.
    expect(await server.stop()).toBe(0);
    expect(server.log()).toContain("imports @opentelemetry/sdk-trace\n");
  });
  afterAll(async () => {
    await server.kill();
    await receiver.close();
    agent.close();
    removeFolder(folder);
  });

  it("sends a span for each request, named by its route, in the caller's trace", () => {
    const ofCaller = receiver.spans.filter(({ traceId }) => traceId === TRACE);
    expect(ofCaller).toMatchObject([
      {
        ...{ name: "GET /api/bot/[bot_id]/info", kind: 2, parentSpanId: "b7ad6b7169203331" },
        attributes: { "http.request.method": "GET", "http.response.status_code": 200 },
      },
    ] satisfies Partial<OtlpSpan>[]);
    const others = receiver.spans.filter(({ traceId }) => traceId !== TRACE);
    expect(others.map(({ name }) => name)).toContain("POST /api/my-bots");
    expect(others.every(({ name }) => !/\d{3}/.test(name))).toBe(true);
  });

  it("sends the metrics of /metrics under the same names", () => {
    expect(receiver.points("muster_build_info")).toMatchObject([{ labels: { database: "sqlite" }, asDouble: 1 }]);
    const requests = receiver.points("muster_http_requests_total");
    expect(receiver.metrics.get("muster_http_requests_total").sum).toMatchObject({ isMonotonic: true });
    expect(requests.find(({ labels }) => labels.route === "/api/bot/[bot_id]/info")).toMatchObject({ asDouble: 1 });
    const [seconds] = receiver
      .points("muster_http_request_seconds")
      .filter(({ labels }) => labels.route === "/api/bot/[bot_id]/info");
    expect(seconds.bucketCounts).toHaveLength(seconds.explicitBounds.length + 1);
    expect(seconds.bucketCounts.reduce((sum: number, count: number | string) => sum + Number(count), 0)).toBe(1);
    expect(Number(seconds.count)).toBe(1);
  });

  it("sends the server's log", () => {
    expect(receiver.logs).toContainEqual(
      expect.objectContaining({ body: expect.stringMatching(/^Muster listens on /), severity: "INFO" }),
    );
  });

  it("takes name, attributes and headers from the standard variables", () => {
    expect(receiver.resources[0]).toMatchObject({
      ...{ "service.name": "muster-tests", "deployment.environment.name": "tests" },
      "service.version": expect.any(String),
    });
    expect(receiver.headers.every((headers) => headers["x-team"] === "bots")).toBe(true);
  });

  it("sends the same metrics by DogStatsD", () => {
    expect(
      lines.filter((line) => /^muster_build_info:1\|g\|#version:[^,]+,node:v[^,]+,database:sqlite$/.test(line)),
    ).toHaveLength(1);
    expect(lines).toContain("muster_bots:1|g|#status:offline");
  });
});

it("is off without an address: the SDK of OpenTelemetry is not loaded", async () => {
  const folder = temporaryFolder();
  const server = await startServer({ DATA_DIR: folder, NODE_OPTIONS: LOG_IMPORTS });
  try {
    expect((await (await theAdmin(server.url)).api.send("GET /api/my-bots")).status).toBe(200);
    const imported = [...server.log().matchAll(/^imports (\S+)$/gm)].map(([, name]) => name!);
    expect(imported).toContain("node:http");
    // prom-client needs the empty interfaces of the API for its own exemplars.
    expect(imported.filter((name) => /^@opentelemetry\/(?!api$)/.test(name))).toEqual([]);
  } finally {
    await server.stop();
    removeFolder(folder);
  }
});
