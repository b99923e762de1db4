/** Health: what makes a server unhealthy, what does not, and what is not told to anybody. */
import { describe, expect, it, vi } from "vitest";
import { someJobs } from "@/tests/scheduler";
import { createSystemService } from "./service";

type Deps = Parameters<typeof createSystemService>[0];
const service = (over: Partial<Deps> = {}, store: Partial<Deps["store"]> = {}) =>
  createSystemService({
    version: "1.2.3",
    dataDir: "/data",
    store: {
      ping: async () => {},
      bytes: async () => 1,
      provider: "sqlite",
      ingest: () => ({ rows: 0, flushes: 0, queued: 0 }),
      ...store,
    },
    freeBytes: async () => 5e9,
    mail: { status: () => ({ mode: "smtp", where: "mail.example.org:587" }), reach: async () => {} },
    redis: async () => "on",
    pages: { problem: () => undefined },
    sockets: () => ({ consoles: 0, bots: 0, ws: 0, graphql: 0 }),
    openBotApi: false,
    openOpsApi: false,
    jobs: someJobs(),
    ...over,
  });
const fails = (message = "connect ECONNREFUSED 10.0.0.7:5432") => Promise.reject(new Error(message));

describe("health", () => {
  it("says little when it is not asked for more", async () => {
    expect(await service({}, { ping: fails }).health(false)).toMatchObject({ status: "ok", version: "1.2.3" });
  });

  it("names every check when all is well", async () => {
    const { status, checks } = await service().health(true);
    expect([status, checks!.map((one) => [one.name, one.ok])]).toEqual([
      "ok",
      ["database", "disk", "writes", "redis", "mail", "pages"].map((name) => [name, true]),
    ]);
    const plain = await service({
      redis: async () => "off",
      mail: { status: () => ({ mode: "outbox", where: "/data/outbox" }), reach: async () => {} },
    }).health(true);
    expect(plain.checks!.slice(3, 5).map((one) => one.detail)).toEqual(["not used", "written to the outbox folder"]);
  });

  it.each([
    ["database", {}, { ping: () => fails() }],
    ["disk", { freeBytes: async () => 1e6 }, {}],
    ["writes", {}, { ingest: () => ({ rows: 0, flushes: 0, queued: 60_000 }) }],
  ] as [string, Partial<Deps>, Partial<Deps["store"]>][])("is bad when %s fails", async (name, over, store) => {
    const { status, checks } = await service(over, store).health(true);
    expect(status).toBe("unhealthy");
    expect(checks!.filter((one) => !one.ok).map((one) => one.name)).toEqual([name]);
  });

  it.each([
    ["redis", { redis: () => fails() }],
    ["mail", { mail: { status: () => ({ mode: "smtp", where: "m" }), reach: () => fails() } }],
  ] as [string, Partial<Deps>][])("is told, and no reason to go, when %s fails", async (name, over) => {
    const { status, checks } = await service(over).health(true);
    expect(status).toBe("ok");
    expect(checks!.filter((one) => !one.ok).map((one) => one.name)).toEqual([name]);
  });

  it("does not repeat a driver's words to anybody", async () => {
    const { checks } = await service({}, { ping: () => fails() }).health(true);
    expect(JSON.stringify(checks)).not.toContain("10.0.0.7");
  });

  it("does not wait for a check that hangs", async () => {
    vi.useFakeTimers();
    const asked = service({}, { ping: () => new Promise(() => {}) }).health(true);
    await vi.advanceTimersByTimeAsync(3_000);
    const { status, checks } = await asked;
    vi.useRealTimers();
    expect([status, checks![0]]).toEqual([
      "unhealthy",
      { name: "database", ok: false, detail: "no answer within 3 s" },
    ]);
  });
});
