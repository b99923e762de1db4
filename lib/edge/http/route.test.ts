/** route(): the order of its steps, and what it refuses. */
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { UserActor } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import {
  ask,
  bot,
  contract,
  demand,
  demandProof,
  handle,
  type RouteConfig,
  refused,
  resetRoute,
  type Sent,
  signedIn,
  user,
  who,
} from "@/tests/route";

describe("route", () => {
  beforeEach(resetRoute);

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

  it("counts sign-ins by address, whatever credentials come along", async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 31; count++) {
      who.bots.set(`token ${count}`, bot({ bot_id: `b${count}` }));
      const sent = { ip: "203.0.113.77", headers: { "x-bot-token": `token ${count}` } };
      statuses.push((await ask(sent, { auth: ["public"], rateLimit: "auth" })).status);
    }
    expect(statuses).toEqual([...Array(30).fill(200), 429]);
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

  it("records what is refused for want of a fresh proof", async () => {
    demandProof.mockRejectedValueOnce(new AppError("STEP_UP_REQUIRED", "prove it"));
    const config = { contract: { ...contract, proof: "fresh" as const } };
    expect(await ask({ headers: signedIn }, config)).toMatchObject({ status: 403, json: { code: "STEP_UP_REQUIRED" } });
    expect(refused).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ actor: who.actor }),
      expect.objectContaining({ action: "changeThing" }),
      expect.objectContaining({ code: "STEP_UP_REQUIRED" }),
    );
  });

  it("names the bad field, however deep", async () => {
    const { json } = await ask({ headers: signedIn, body: '{"name":"x","list":[1,{"deep":2}]}' });
    expect(json).toMatchObject({ code: "INVALID_INPUT", details: { field: "list.1.deep" } });
    expect((await ask({ headers: signedIn, body: "{}" })).json.details.field).toBe("name");
  });

  describe("permissions", () => {
    it.each<[string, number, Partial<UserActor>, RouteConfig, string?]>([
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

    it.each<[string, number, Sent, RouteConfig, object?]>([
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
});
