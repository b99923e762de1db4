/**
 * Compares two ways to call a route: the direct mount of `server.ts`, and the module's export with a web Request, as Next's
 * router would call it. Both run in this process, on one database.
 */
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
  const { serve } = await import("@/lib/edge/http/mount");
  server = createServer((req, res) => void serve(req, res, async () => void res.writeHead(418).end("Next")));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await database.close();
});

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

/** Removes times and generated ids, which differ between two calls. */
const still = (text: string) => text.replace(/"timestamp":"[^"]+"/g, '"timestamp":""');

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const CREDENTIALS: [string, Record<string, string>][] = [
  ["nobody", {}],
  ["an unknown token", { authorization: "Bearer nonsense" }],
  ["another scheme", { authorization: "Basic x" }],
];

it.each(routeTable.map(([path, load]) => ({ path, load })))("$path", async ({ path, load }) => {
  const module = (await load()) as Record<string, Handler>;
  const params: Record<string, string> = {};
  const url = path.replace(/\[(\w+)\]/g, (_, name) => {
    params[name] = "no such/id";
    return encodeURIComponent(params[name]!);
  });
  for (const method of METHODS.filter((one) => module[one])) {
    for (const [name, headers] of CREDENTIALS) {
      for (const body of method === "GET" ? [undefined] : ["{}", "{", "[]", "null"]) {
        const init = { method, headers, body };
        const mounted = await fetch(`${origin}${url}?limit=no`, init);
        const exported = await module[method]!(new Request(`${origin}${url}?limit=no`, init), {
          params: Promise.resolve(params),
        });
        const what = `${method} ${path} as ${name} with ${body}`;
        expect([what, exported.status]).toEqual([what, mounted.status]);
        expect(still(await exported.text())).toBe(still(await mounted.text()));
        for (const header of ["content-type", "cache-control", "x-content-type-options", "www-authenticate"])
          expect([what, header, exported.headers.get(header)]).toEqual([what, header, mounted.headers.get(header)]);
      }
    }
  }
});

it("passes pages, assets and next-auth's paths to Next, and answers every other path itself", async () => {
  const status = async (path: string, accept = "*/*", method = "GET") =>
    (await fetch(`${origin}${path}`, { method, headers: { accept }, redirect: "manual" })).status;
  for (const path of ["/", "/dashboard", "/login", "/_next/static/x.js", "/icon.svg", "/api/auth/session"])
    expect([path, await status(path)]).toEqual([path, 418]);
  // For an unknown path a browser gets a page, and a program gets JSON.
  expect(await status("/nowhere", "text/html")).toBe(418);
  for (const path of ["/nowhere", "/api/nowhere", "/api/auth/nowhere", "/bots/x/y", "/metrics/x", "/api/logs/"])
    expect([path, await status(path)]).toEqual([path, 404]);
  expect(await status("/api/nowhere", "text/html")).toBe(404);
  expect(await status("/dashboard", "*/*", "POST")).toBe(404);
});
