/** route(): its facts, its replies and its budgets. */
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { bus } from "@/lib/core/bus";
import { AppError } from "@/lib/core/errors";
import {
  app,
  ask,
  bot,
  contract,
  handle,
  incoming,
  type RouteConfig,
  resetRoute,
  type Sent,
  signedIn,
  user,
  who,
} from "@/tests/route";
import { route } from ".";
import type { Incoming } from "./body/incoming";
import { BUDGETS } from "./rate-limit";
import { Custom, withCookies } from "./reply";

describe("what a route answers", () => {
  beforeEach(resetRoute);

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

    it.each<[string, Sent, RouteConfig]>([
      ["a bot's request", { headers: { authorization: "Bearer mb_1" } }, { auth: ["bot"] }],
      ["an anonymous request", {}, { auth: ["public"] }],
      ["a refused request", { headers: signedIn }, { permission: "admin" }],
    ])("are not announced for %s", async (_name, sent, config) => {
      who.bots.set("mb_1", bot());
      await ask({ ...sent, pattern: "/api/things/[thing_id]" }, config);
      expect(admitted).not.toHaveBeenCalled();
      expect(served).not.toHaveBeenCalled();
    });

    it("are not announced for what a page reads, which is not counted either", async () => {
      for (let count = 0; count <= BUDGETS.rest; count++)
        expect((await ask({ headers: signedIn, pattern: "/api/things/[thing_id]", isPageRead: true })).status).toBe(
          200,
        );
      expect([admitted.mock.calls.length, served.mock.calls.length]).toEqual([0, 0]);
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
    const config: RouteConfig = { rateLimit: "export" };
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
    const talk: RouteConfig = { rateLimit: "talk", auth: ["user", "bot"] };
    const say = async (actor: unknown) => {
      who.actor = actor;
      const statuses: number[] = [];
      for (let call = 0; call <= BUDGETS.talk; call++) statuses.push((await ask({ headers: signedIn }, talk)).status);
      return statuses.filter((status) => status === 429).length;
    };
    expect([await say(user({ user_id: 4711 })), await say(bot({ bot_id: "b4711" }))]).toEqual([1, 0]);
  });

  it("lets nobody guess tokens at speed from one address", async () => {
    const made = route({ contract, auth: ["user"], rateLimit: "rest", handle: handle as never } as never);
    const one = { ...incoming({ headers: { authorization: "Bearer guess" } }), ip: "198.51.100.7" } as Incoming;
    const statuses = new Set<number>();
    for (let call = 0; call <= BUDGETS.public; call++)
      statuses.add((await made.direct(app, one, { thing_id: "t" })).status);
    expect([...statuses]).toEqual([401, 429]);
  });
});
