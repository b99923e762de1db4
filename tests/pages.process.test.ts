/** The process of the pages beside the server's: what it can reach, and what happens when one of the two ends. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { request } from "node:http";
import { dirname } from "node:path";
import { afterEach, expect, it } from "vitest";
import { aUser } from "./factories";
import { API_TOKEN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "./process";

const HTML = { accept: "text/html" };
const SECRET = "a-secret-key-that-only-the-server-has-to-know";
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function start(env: Record<string, string> = {}) {
  const folder = temporaryFolder();
  const server = await startServer({ DATA_DIR: folder, SECRET_KEY: SECRET, PAGES_START: "boot", ...env });
  ends.push(async () => {
    if (server.child.exitCode === null && server.child.signalCode === null) await server.kill();
    removeFolder(folder);
  });
  return { server, folder };
}

/** The process that is rendering pages now, and the private sockets. */
async function pagesOf(server: ServerProcess) {
  expect((await fetch(`${server.url}/login`, { headers: HTML })).status).toBe(200);
  const [line] = server
    .log()
    .match(/^.*"The console is ready".*$/gm)!
    .slice(-1);
  const pid = Number(/"pid":(\d+)/.exec(line!)![1]);
  const [, api] = /MUSTER_API_SOCKET=([^\0]+)/.exec(readFileSync(`/proc/${pid}/environ`, "utf8"))!;
  return { pid, api: api!, pages: api!.replace(/api$/, "pages") };
}

/** Sends a GET to a private socket. */
const ask = (socketPath: string, path: string, method = "GET", headers: Record<string, string> = {}) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const call = request({ socketPath, path, method, headers }, (reply) => {
      let text = "";
      reply.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      reply.once("end", () => resolve({ status: reply.statusCode!, text }));
    });
    call.once("error", reject);
    call.end();
  });

const isAlive = (pid: number) => existsSync(`/proc/${pid}/exe`);

it("opens no file of the data folder, and gets none of the server's settings", async () => {
  const { server, folder } = await start();
  const ada = await aUser("user", server.url);
  for (const path of ["/dashboard", "/account", "/dashboard/bots", "/docs"])
    expect(
      (await fetch(server.url + path, { headers: { ...HTML, cookie: `session_token=${ada.cookie}` } })).status,
    ).toBe(200);
  const { pid } = await pagesOf(server);
  const open = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return [];
    }
  });
  expect(open.length).toBeGreaterThan(5);
  expect(open.filter((path) => path.startsWith(folder) || /\.db|\.log$/.test(path))).toEqual([]);
  const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
  expect(environment).toContain("MUSTER_API_SOCKET=");
  for (const hidden of [SECRET, API_TOKEN, folder, "DATABASE_URL", "API_ADMIN"])
    expect(environment).not.toContain(hidden);
});

it("answers no API path by itself, and is answered by the server only what it may read", async () => {
  const { server } = await start();
  const { pages, api } = await pagesOf(server);
  for (const path of ["/api/health", "/api/auth/session", "/api/console", "/graphql", "/metrics", "/register"])
    expect([path, (await ask(pages, path)).status]).toEqual([path, 404]);
  expect((await ask(api, "/api/console")).status).toBe(200);
  expect((await ask(api, "/api/my-bots")).status).toBe(401);
  for (const [path, method] of [
    ...[
      ["/api/auth/login", "POST"],
      ["/api/console", "DELETE"],
    ],
    ...[
      ["/api/auth/csrf", "GET"],
      ["/login", "GET"],
      ["/_next/static/x.js", "GET"],
    ],
  ] as const)
    expect([path, (await ask(api, path, method)).status]).toEqual([path, 404]);
});

it("counts a page once against its reader's budgets", async () => {
  // 120 pages and 120 calls a minute. The page reads five times.
  const { server } = await start({ RATE_LIMIT_FACTOR: "0.1" });
  const ada = await aUser("user", server.url);
  const headers = { ...HTML, cookie: `session_token=${ada.cookie}` };
  for (let page = 0; page < 26; page++) expect((await fetch(`${server.url}/account`, { headers })).status).toBe(200);
  expect((await fetch(`${server.url}/api/auth/me`, { headers })).status).toBe(200);
});

it("is started again when it ended, while bots and the API are served", async () => {
  const { server } = await start();
  const { pid } = await pagesOf(server);
  process.kill(pid, "SIGKILL");
  await expect.poll(() => isAlive(pid)).toBe(false);
  const away = await fetch(`${server.url}/login`, { headers: HTML });
  expect(away.status).toBe(503);
  expect(Number(away.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(away.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(away.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
  const checks = (await (await fetch(`${server.url}/api/health?detailed=true`)).json()) as { checks: object[] };
  expect(checks.checks).toContainEqual({ name: "pages", ok: false, detail: "it ended with SIGKILL" });
  await expect.poll(async () => (await fetch(`${server.url}/login`, { headers: HTML })).status).toBe(200);
  expect((await pagesOf(server)).pid).not.toBe(pid);
});

it("ignores signals of the whole service, and ends with a server that was killed", async () => {
  const { server } = await start();
  const { pid, api } = await pagesOf(server);
  for (const signal of ["SIGTERM", "SIGINT"]) process.kill(pid, signal);
  expect((await fetch(`${server.url}/login`, { headers: HTML })).status).toBe(200);
  expect(isAlive(pid)).toBe(true);
  await server.kill();
  await expect.poll(() => isAlive(pid)).toBe(false);
  expect(existsSync(dirname(api))).toBe(false);
});

it("ends with a server that stops, after the pages that it renders", async () => {
  const { server } = await start();
  const { pid, api } = await pagesOf(server);
  const pages = Array.from({ length: 10 }, () => fetch(`${server.url}/docs`, { headers: HTML }));
  // The server has begun to answer them once one was read.
  expect((await Promise.race(pages)).status).toBe(200);
  const stopped = server.stop();
  const texts = await Promise.all(pages.map(async (page) => (await page).text()));
  expect(texts.every((text) => text.endsWith("</html>"))).toBe(true);
  expect(await stopped).toBe(0);
  await expect.poll(() => isAlive(pid)).toBe(false);
  expect(existsSync(dirname(api))).toBe(false);
});
