/** route(): the order of its steps, and its errors. */
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import type { BotActor, UserActor } from "@/lib/core/actor";
import { bus } from "@/lib/core/bus";
import type { Operation } from "@/lib/core/contract";
import { AppError } from "@/lib/core/errors";
import { fakeApp } from "@/tests/app";
import type { Incoming } from "./body/incoming";

const who = { actor: undefined as unknown, bots: new Map<string, unknown>() };
const { Custom, route, withCookies } = await import(".").then(async (http) => ({
  ...http,
  ...(await import("./reply")),
}));

const contract = {
  id: "changeThing",
  method: "POST",
  path: "/api/things/{thing_id}",
  summary: "Test",
  document: "muster",
  params: z.object({ thing_id: z.string().max(8) }),
  query: z.object({ limit: z.string().regex(/^\d+$/).optional() }),
  body: z.object({ name: z.string(), list: z.array(z.union([z.number(), z.object({ deep: z.string() })])).optional() }),
  maxBody: 200,
  response: z.object({ ok: z.boolean() }),
  errors: [],
} as const satisfies Operation;

const user = (over: Partial<UserActor> = {}): UserActor => ({
  kind: "user",
  user_id: Math.floor(Math.random() * 1e9),
  username: "ada",
  email: "",
  fullname: "",
  role: "user",
  scope: "admin",
  created_at: "",
  ...over,
});
const bot = (over = {}) => ({ kind: "bot", bot_id: "b1", owner_id: 1, unclaimed: false, ...over });

type Sent = {
  pattern?: string;
  method?: string;
  headers?: Record<string, string>;
  query?: string;
  body?: string;
  thing_id?: string;
};
const incoming = ({ pattern, method = "POST", headers = {}, query = "", body = '{"name":"x"}' }: Sent): Incoming => ({
  method,
  pattern,
  path: "/api/things/t1",
  query,
  header: (name) => headers[name],
  ip: `192.0.2.${Math.floor(Math.random() * 1e6)}`,
  secure: false,
  text: async (max) => {
    if (body.length > max) throw new AppError("PAYLOAD_TOO_LARGE", "too large");
    return body;
  },
  async *bytes() {
    yield Buffer.from(body);
  },
  onLost: () => {},
  signal: new AbortController().signal,
});

const demand = vi.fn(async (_feature: string) => {});
const app = fakeApp({
  accounts: {
    byBearer: async (token: string) => (token === "user" ? (who.actor as UserActor) : null),
    bySessionToken: async (value: string) => (value === "session" ? (who.actor as UserActor) : null),
  },
  bots: { byToken: async (token: string) => (who.bots.get(token) as BotActor | undefined) ?? null },
  config: { demand },
});

describe("route", () => {
  const handle = vi.fn((_call: unknown): unknown => ({ ok: true }));
  beforeEach(() => {
    who.actor = user();
    who.bots.clear();
    handle.mockReset().mockReturnValue({ ok: true });
  });

  type Config = Partial<Parameters<typeof route>[0]>;
  async function ask(sent: Sent = {}, config: Config = {}) {
    const made = route({ contract, auth: ["user"], rateLimit: "rest", handle: handle as never, ...config } as never);
    const reply = await made.direct(app, incoming(sent), { thing_id: sent.thing_id ?? "t1" });
    return { ...reply, json: reply.body ? JSON.parse(reply.body as string) : undefined };
  }
  const signedIn = { authorization: "Bearer user" };

  it("hands the handler parsed input and answers what it returns", async () => {
    const reply = await ask({ headers: signedIn, query: "limit=5&limit=6&x=" });
    expect(reply).toMatchObject({ status: 200, json: { ok: true } });
    expect(reply.headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    expect(handle.mock.calls[0]![0]).toMatchObject({
      actor: who.actor,
      params: { thing_id: "t1" },
      query: { limit: "5" },
      body: { name: "x" },
    });
  });

  it.each<[string, number, Sent]>([
    ["no credential", 401, {}],
    ["another scheme", 401, { headers: { authorization: "Basic YTpi" } }],
    ["an unknown bearer", 401, { headers: { authorization: "Bearer nobody" } }],
    [
      "an unknown bearer beside a good cookie",
      401,
      {
        headers: { authorization: "Bearer nobody", cookie: "session_token=session" },
      },
    ],
    ["an ended session", 401, { headers: { cookie: "session_token=gone" } }],
    ["an odd id", 404, { headers: signedIn, thing_id: "longer-than-eight" }],
    ["a wrong query", 400, { headers: signedIn, query: "limit=-1" }],
    ["malformed JSON", 400, { headers: signedIn, body: "{" }],
    ["an empty body", 400, { headers: signedIn, body: "" }],
    ["a large body", 413, { headers: signedIn, body: JSON.stringify({ name: "x".repeat(300) }) }],
  ])("refuses %s", async (_name, status, sent) => {
    const reply = await ask(sent);
    expect(reply.status).toBe(status);
    expect(reply.json).toMatchObject({ error: expect.any(String), code: expect.any(String) });
    expect(handle).not.toHaveBeenCalled();
  });

  it("checks who asks before it looks at what is asked", async () => {
    expect((await ask({ body: "{", thing_id: "longer-than-eight" })).status).toBe(401);
    who.actor = user({ role: "user" });
    expect((await ask({ headers: signedIn, body: "{" }, { permission: "admin" })).status).toBe(403);
  });

  it("names the bad field, however deep", async () => {
    const { json } = await ask({ headers: signedIn, body: '{"name":"x","list":[1,{"deep":2}]}' });
    expect(json).toMatchObject({ code: "INVALID_INPUT", details: { field: "list.1.deep" } });
    expect((await ask({ headers: signedIn, body: "{}" })).json.details.field).toBe("name");
  });

  describe("permissions", () => {
    it.each<[string, number, Partial<UserActor>, Config, string?]>([
      ["an admin's page to a moderator", 403, { role: "moderator" }, { permission: "admin" }],
      ["an admin's page to an admin", 200, { role: "admin" }, { permission: "admin" }],
      ["a staff page to a user", 403, {}, { permission: "staff" }],
      ["a staff page to a moderator", 200, { role: "moderator" }, { permission: "staff" }],
      ["a write to a read-only key", 403, { scope: "read" }, {}],
      ["a read to a read-only key", 200, { scope: "read" }, {}, "GET"],
      ["a write to an operating key", 200, { scope: "operate" }, {}],
      ["what needs admin scope to an operating key", 403, { scope: "operate" }, { scope: "admin" }],
    ])("%s: %i", async (_name, status, over, config, method = "POST") => {
      who.actor = user(over);
      expect((await ask({ headers: signedIn, method }, config)).status).toBe(status);
    });

    it.each<[string, number, Sent, Config, object?]>([
      ["a bot where only users may", 403, { headers: { authorization: "Bearer mb_1" } }, {}],
      ["a user where only bots may", 403, { headers: signedIn }, { auth: ["bot"] }],
      ["a bot by bearer", 200, { headers: { authorization: "Bearer mb_1" } }, { auth: ["bot"] }],
      ["a bot by X-Bot-Token", 200, { headers: { "x-bot-token": "mb_1" } }, { auth: ["bot"] }],
      ["a bot by its body", 200, { body: '{"name":"x","token":"mb_1"}' }, { auth: ["bot"] }],
      ["a wrong token in the body", 401, { body: '{"name":"x","token":"mb_2"}' }, { auth: ["bot"] }],
      ["no token in the body", 401, {}, { auth: ["bot"] }],
      ["an unclaimed bot", 403, { headers: { "x-bot-token": "mb_1" } }, { auth: ["bot"] }, { unclaimed: true }],
      [
        "an unclaimed bot where it may",
        200,
        { headers: { "x-bot-token": "mb_1" } },
        { auth: ["bot"], unclaimed: true },
        {
          unclaimed: true,
        },
      ],
      ["anybody where all may", 200, {}, { auth: ["public"] }],
      ["a wrong credential where all may", 401, { headers: { authorization: "Bearer no" } }, { auth: ["public"] }],
    ])("%s: %i", async (_name, status, sent, config, over) => {
      who.bots.set("mb_1", bot(over));
      expect((await ask(sent, config)).status).toBe(status);
    });

    it("strips the token from a body before the handler sees it", async () => {
      who.bots.set("mb_1", bot());
      await ask(
        { body: '{"name":"x","token":"mb_1"}' },
        { auth: ["bot"], contract: { ...contract, body: z.looseObject({}) } },
      );
      expect(handle.mock.calls[0]![0]).toMatchObject({ body: { name: "x" } });
      expect(handle.mock.calls[0]![0]).not.toHaveProperty("body.token");
    });
  });

  describe("cross-site requests with the cookie", () => {
    const cookie = "session_token=session";
    it.each<[string, number, Record<string, string>, string?]>([
      ["no browser", 200, {}],
      ["our own page", 200, { origin: "http://muster.test", "sec-fetch-site": "same-origin" }],
      ["another site", 403, { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
      ["another site without Origin", 403, { "sec-fetch-site": "cross-site" }],
      ["a sibling site", 403, { "sec-fetch-site": "same-site" }],
      ["a sandboxed page", 403, { origin: "null" }],
      ["another port", 403, { origin: "http://muster.test:81" }],
      ["another site reading", 200, { origin: "https://evil.example" }, "GET"],
    ])("%s: %i", async (_name, status, headers, method = "POST") => {
      expect((await ask({ headers: { cookie, host: "muster.test", ...headers }, method })).status).toBe(status);
    });

    it("may come from anywhere with a key, which no browser adds by itself", async () => {
      const headers = { ...signedIn, host: "muster.test", origin: "https://evil.example" };
      expect((await ask({ headers })).status).toBe(200);
    });
  });

  it("refuses what an admin switched off, after it has checked who asks", async () => {
    demand.mockRejectedValue(new AppError("FORBIDDEN", "Alerts are switched off on this server"));
    expect((await ask({ headers: signedIn }, { feature: "alerts" })).json.error).toContain("switched off");
    expect(demand).toHaveBeenCalledWith("alerts");
    demand.mockClear();
    expect((await ask({}, { feature: "alerts" })).status).toBe(401);
    expect((await ask({ headers: signedIn })).status).toBe(200);
    expect(demand).not.toHaveBeenCalled();
  });

  describe("facts about people's requests", () => {
    const [admitted, served] = [vi.fn(), vi.fn()];
    const ends = [bus.on("request.admitted", admitted), bus.on("request.served", served)];
    afterAll(() => {
      for (const end of ends) end();
    });
    beforeEach(() => {
      admitted.mockClear();
      served.mockClear();
    });

    it("are announced before and after the handler, with the route's pattern", async () => {
      handle.mockImplementation(() => {
        expect(admitted).toHaveBeenCalledTimes(1);
        expect(served).not.toHaveBeenCalled();
        return { ok: true };
      });
      await ask({ headers: signedIn, pattern: "/api/things/[thing_id]" });
      expect(admitted.mock.calls[0]![0]).toMatchObject({ actor: who.actor });
      expect(served.mock.calls[0]![0]).toEqual({
        actor: who.actor,
        method: "POST",
        pattern: "/api/things/[thing_id]",
      });
    });

    it.each<[string, Sent, Config]>([
      ["a bot's request", { headers: { authorization: "Bearer mb_1" } }, { auth: ["bot"] }],
      ["an anonymous request", {}, { auth: ["public"] }],
      ["a refused request", { headers: signedIn }, { permission: "admin" }],
    ])("are not announced for %s", async (_name, sent, config) => {
      who.bots.set("mb_1", bot());
      await ask({ ...sent, pattern: "/api/things/[thing_id]" }, config);
      expect(admitted).not.toHaveBeenCalled();
      expect(served).not.toHaveBeenCalled();
    });

    it("do not say that a request was served whose handler failed", async () => {
      handle.mockImplementation(() => {
        throw new AppError("CONFLICT", "broken");
      });
      await ask({ headers: signedIn, pattern: "/api/things/[thing_id]" });
      expect(admitted).toHaveBeenCalledTimes(1);
      expect(served).not.toHaveBeenCalled();
    });
  });

  describe("replies", () => {
    it("that break their contract are a fault of the server", async () => {
      handle.mockReturnValue({ ok: "yes" });
      expect(await ask({ headers: signedIn })).toMatchObject({ status: 500, json: { code: "INTERNAL_ERROR" } });
    });

    it("tell nothing of unexpected errors", async () => {
      handle.mockImplementation(() => {
        throw new Error("SELECT secret FROM somewhere");
      });
      const { status, body } = await ask({ headers: signedIn });
      expect(status).toBe(500);
      expect(body).not.toContain("secret");
    });

    it("say when to come back", async () => {
      handle.mockImplementation(() => {
        throw new AppError("UNAVAILABLE", "busy", undefined, 7);
      });
      expect(await ask({ headers: signedIn })).toMatchObject({ status: 503, headers: { "retry-after": "7" } });
    });

    it("carry cookies, other codes and other headers beside checked JSON", async () => {
      handle.mockReturnValue(withCookies({ ok: true }, ["a=1", "b=2"]));
      expect(await ask({ headers: signedIn })).toMatchObject({
        status: 200,
        headers: { "set-cookie": ["a=1", "b=2"] },
      });
      handle.mockReturnValue(new Custom({ status: 503, json: { ok: false } }));
      expect((await ask({ headers: signedIn })).status).toBe(503);
    });
  });

  describe("speak the dialect of their document", () => {
    it.each<["botManager" | "mltb" | "bs", unknown]>([
      ["botManager", { error: "broken", code: "CONFLICT", details: { a: 1 } }],
      ["mltb", { error: { code: "CONFLICT", message: "broken", details: { a: 1 } } }],
      ["bs", { status: "error", message: "broken" }],
    ])("%s", async (dialect, expected) => {
      handle.mockImplementation(() => {
        throw new AppError("CONFLICT", "broken", { a: 1 });
      });
      expect((await ask({ headers: signedIn }, { dialect })).json).toEqual(expected);
    });
  });

  it("counts per credential and refuses beyond the budget, saying when to come back", async () => {
    const { BUDGETS } = await import("./rate-limit");
    const config: Config = { rateLimit: "export" };
    for (let call = 0; call < BUDGETS.export; call++)
      expect((await ask({ headers: signedIn }, config)).status).toBe(200);
    const reply = await ask({ headers: signedIn }, config);
    expect(reply).toMatchObject({
      status: 429,
      json: { error: "Rate limit exceeded", retryAfter: expect.any(Number) },
      headers: { "retry-after": expect.stringMatching(/^\d+$/) },
    });
    who.actor = user();
    expect((await ask({ headers: signedIn }, config)).status).toBe(200);
  });

  it("lets a person say so much a minute, and a bot what its many people say", async () => {
    const { BUDGETS } = await import("./rate-limit");
    const talk: Config = { rateLimit: "talk", auth: ["user", "bot"] };
    const say = async (actor: unknown) => {
      who.actor = actor;
      const statuses: number[] = [];
      for (let call = 0; call <= BUDGETS.talk; call++) statuses.push((await ask({ headers: signedIn }, talk)).status);
      return statuses.filter((status) => status === 429).length;
    };
    expect([await say(user({ user_id: 4711 })), await say(bot({ bot_id: "b4711" }))]).toEqual([1, 0]);
  });

  it("lets nobody guess tokens at speed from one address", async () => {
    const { BUDGETS } = await import("./rate-limit");
    const made = route({ contract, auth: ["user"], rateLimit: "rest", handle: handle as never } as never);
    const one = { ...incoming({ headers: { authorization: "Bearer guess" } }), ip: "198.51.100.7" } as Incoming;
    const statuses = new Set<number>();
    for (let call = 0; call <= BUDGETS.public; call++)
      statuses.add((await made.direct(app, one, { thing_id: "t" })).status);
    expect([...statuses]).toEqual([401, 429]);
  });
});
