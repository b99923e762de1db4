/** Pages and next-auth's paths have a budget per person, else per address. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ADMIN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";

/** 1,200 a minute, at the factor below. */
const BUDGET = 60;
const folder = temporaryFolder();
let server: ServerProcess;
beforeAll(async () => {
  server = await startServer({ DATA_DIR: folder, RATE_LIMIT_FACTOR: "0.05", TRUST_PROXY: "1" });
});
afterAll(async () => {
  await server.kill();
  removeFolder(folder);
});

const get = (path: string, address: string, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { headers: { "x-forwarded-for": address, ...headers }, redirect: "manual" });
async function spend(path: string, address: string, headers?: Record<string, string>) {
  const spent = await Promise.all(Array.from({ length: BUDGET }, () => get(path, address, headers)));
  return spent.filter(({ status }) => status === 429).length;
}

describe("next-auth's paths", () => {
  it("answer 429 in JSON with a time to retry when an address is over its budget", async () => {
    expect(await spend("/api/auth/csrf", "192.0.2.1")).toBe(0);
    for (const path of ["/api/auth/csrf", "/api/auth/session", "/api/auth/providers", "/api/auth/signin"]) {
      const refused = await get(path, "192.0.2.1");
      expect(refused.status, path).toBe(429);
      const { retryAfter, ...body } = (await refused.json()) as Record<string, unknown>;
      expect(body).toEqual({ error: "Rate limit exceeded", code: "RATE_LIMITED" });
      expect(refused.headers.get("retry-after")).toBe(String(retryAfter));
    }
  });
});

describe("pages", () => {
  it("answer 429 as a plain page, without affecting static files, the API and other addresses", async () => {
    expect(await spend("/no-such-page", "192.0.2.2", { accept: "text/html" })).toBe(0);
    const refused = await get("/login", "192.0.2.2", { accept: "text/html" });
    expect(refused.status).toBe(429);
    expect(refused.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.text()).toContain("Try again in");
    expect((await get("/_next/static/unknown.js", "192.0.2.2")).status).toBe(404);
    expect((await get("/api/health", "192.0.2.2")).status).toBe(200);
    expect((await get("/api/auth/csrf", "192.0.2.3")).status).toBe(200);
  });

  it("are counted for each person, so that neighbours cannot use up their budget", async () => {
    const signedIn = await fetch(`${server.url}/api/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-forwarded-for": "192.0.2.4" },
      body: JSON.stringify({ username: ADMIN.username, password: ADMIN.password }),
    });
    const cookie = signedIn.headers.getSetCookie()[0]!.split(";")[0]!;
    expect(await spend("/api/auth/csrf", "192.0.2.4")).toBe(0);
    expect((await get("/api/auth/csrf", "192.0.2.4")).status).toBe(429);
    expect((await get("/api/auth/csrf", "192.0.2.4", { cookie })).status).toBe(200);
    // Another address does not bypass the budget of a person.
    await spend("/api/auth/csrf", "192.0.2.5", { cookie });
    expect((await get("/api/auth/csrf", "192.0.2.6", { cookie })).status).toBe(429);
  });
});
