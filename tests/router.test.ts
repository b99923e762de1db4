/** Every route behind the mount, in this process and on one database. */
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { routeTable } from "@/generated/routes";
import { env } from "@/lib/core/env";
import { databases, type TestDatabase } from "./db/databases";
import { openRoom } from "./db/rooms";

let database: TestDatabase;
let server: Server;
let origin: string;

beforeAll(async () => {
  // Set this before any key is derived, so that no key file is written into the working tree.
  Object.assign(env, { SECRET_KEY: "the secret key of the router's test", RATE_LIMIT_FACTOR: 1000 });
  database = await openRoom(databases[0]!);
  const { createApp } = await import("@/lib/app");
  const { createMount } = await import("@/lib/edge/http/mount");
  const serve = createMount(createApp(), async (_req, res) => void res.writeHead(418).end("pages"));
  server = createServer((req, res) => void serve(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await database.close();
});

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const CREDENTIALS: Record<string, string>[] = [{}, { authorization: "Bearer nonsense" }, { authorization: "Basic x" }];
const UNAVAILABLE = 503;

it.each(routeTable.map(([path, load]) => ({ path, load })))(
  "never fails on nonsense: $path",
  async ({ path, load }) => {
    const module = (await load()) as Record<string, () => Response>;
    const url = path.replace(/\[(\w+)\]/g, encodeURIComponent("no such/id"));
    for (const method of METHODS.filter((one) => module[one])) {
      for (const headers of CREDENTIALS)
        for (const body of method === "GET" ? [undefined] : ["{}", "{", "[]", "null"]) {
          const reply = await fetch(`${origin}${url}?limit=no`, { method, headers, body, redirect: "manual" });
          const what = `${method} ${path} with ${body}`;
          expect([what, reply.status < 500 || reply.status === UNAVAILABLE]).toEqual([what, true]);
          expect([what, reply.headers.get("x-content-type-options")]).toEqual([what, "nosniff"]);
          await reply.arrayBuffer();
        }
      // Next's router never runs a route: a server without the mount says so.
      expect(module[method]!().status).toBe(501);
    }
  },
);

it("passes pages and their files on, and answers every other path itself", async () => {
  const status = async (path: string, accept = "*/*", method = "GET") =>
    (await fetch(`${origin}${path}`, { method, headers: { accept }, redirect: "manual" })).status;
  for (const path of ["/", "/dashboard", "/login", "/_next/static/x.js", "/icon.svg"])
    expect([path, await status(path)]).toEqual([path, 418]);
  for (const path of ["/api/auth/session", "/api/auth/csrf", "/api/auth/providers"])
    expect([path, await status(path)]).toEqual([path, 200]);
  // For an unknown path a browser gets a page, and a program gets JSON.
  expect(await status("/nowhere", "text/html")).toBe(418);
  for (const path of ["/nowhere", "/api/nowhere", "/api/auth/nowhere", "/bots/x/y", "/metrics/x", "/api/logs/"])
    expect([path, await status(path)]).toEqual([path, 404]);
  expect(await status("/api/nowhere", "text/html")).toBe(404);
  expect(await status("/dashboard", "*/*", "POST")).toBe(404);
});
