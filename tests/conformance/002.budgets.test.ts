/** Rate limits of document 002: the headers, and the answer beyond the budget. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, Api } from "../api";
import { aUser } from "../factories";
import { API_TOKEN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";

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
