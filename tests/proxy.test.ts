/** Behind a proxy, over real HTTP: origin checks, cookies, and HSTS on every answer. */
import { createServer, request, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ADMIN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "./process";

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; text: string };
const SITE = "https://muster.example.org";
const open: { server: ServerProcess; proxies: Server[]; folder: string }[] = [];

/** A server behind a proxy that rewrites Host, as nginx's `proxy_pass` alone does, and adds `added`. */
async function behindProxy(env: Record<string, string>, added: Record<string, string> = {}) {
  const folder = temporaryFolder();
  const server = await startServer({ DATA_DIR: folder, ...env });
  const target = new URL(server.url);
  const proxy = createServer((req, res) => {
    const headers = { ...req.headers, host: target.host, ...added };
    const passed = request(target, { path: req.url, method: req.method, headers }, (answer) => {
      res.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(res);
    });
    req.pipe(passed);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  open.push({ server, proxies: [proxy], folder });
  const { port } = proxy.address() as { port: number };
  return (method: string, path: string, headers: Record<string, string> = {}, body?: unknown): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          port,
          host: "127.0.0.1",
          method,
          path,
          headers: { host: new URL(SITE).host, "content-type": "application/json", ...headers },
        },
        (res) => {
          let text = "";
          res.setEncoding("utf8").on("data", (chunk) => {
            text += chunk;
          });
          res.on("end", () => resolve({ status: res.statusCode!, headers: res.headers, text }));
        },
      );
      sent.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
}
afterAll(async () => {
  for (const { server, proxies, folder } of open) {
    for (const proxy of proxies) proxy.close();
    await server.kill();
    removeFolder(folder);
  }
});
const signIn = { username: ADMIN.username, password: ADMIN.password };
type Send = Awaited<ReturnType<typeof behindProxy>>;
const login = (send: Send, headers: Record<string, string>) => send("POST", "/api/auth/login", headers, signIn);

describe("behind a proxy that rewrites Host and sends no other header", () => {
  let send: Send;
  beforeAll(async () => {
    send = await behindProxy({});
  });

  it("accepts requests of our own pages, because the browser marks them as same-origin", async () => {
    const signedIn = await login(send, { origin: SITE, "sec-fetch-site": "same-origin" });
    expect(signedIn.status).toBe(200);
    const cookie = String(signedIn.headers["set-cookie"]).split(";")[0]!;
    const ended = await send("POST", "/api/auth/logout", { origin: SITE, "sec-fetch-site": "same-origin", cookie }, {});
    expect(ended.status).toBe(200);
  });

  it("names the setting to change when the browser does not mark them", async () => {
    const refused = await login(send, { origin: SITE });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain("PUBLIC_URL");
  });

  it("still refuses another site", async () => {
    for (const site of ["cross-site", "same-site"])
      expect((await login(send, { origin: "https://evil.example", "sec-fetch-site": site })).status).toBe(403);
    const forwarded = { origin: "https://evil.example", "x-forwarded-host": "evil.example" };
    expect((await login(send, forwarded)).status).toBe(403);
  });

  it("sends no HSTS without TLS", async () => {
    expect((await send("GET", "/api/health")).headers["strict-transport-security"]).toBeUndefined();
  });
});

describe("behind a trusted proxy that terminates TLS", () => {
  const forwarded = {
    "x-forwarded-host": new URL(SITE).host,
    "x-forwarded-proto": "https",
    "x-forwarded-for": "192.0.2.7",
  };
  let send: Send;
  beforeAll(async () => {
    send = await behindProxy({ TRUST_PROXY: "1" }, forwarded);
  });

  it("takes the host from X-Forwarded-Host, and the cookie is Secure", async () => {
    const signedIn = await login(send, { origin: SITE });
    expect(signedIn.status).toBe(200);
    expect(String(signedIn.headers["set-cookie"])).toContain("; Secure");
    expect((await login(send, { origin: "https://evil.example" })).status).toBe(403);
  });

  it.each([
    "/api/health",
    "/health",
    "/api/unknown",
    "/api/auth/me",
    "/socket.io/?EIO=4&transport=polling",
    "/socket.io/?EIO=4&transport=nonsense",
    "/login",
    "/no-such-page",
    "/api/auth/session",
    "/icon.svg",
    "/_next/static/unknown.js",
  ])("has browsers keep to TLS on %s", async (path) => {
    expect((await send("GET", path)).headers["strict-transport-security"]).toMatch(/max-age=31536000/);
  });

  it("sends HSTS with the files of its pages", async () => {
    const [file] = /\/_next\/static\/[^"]+?\.js/.exec((await send("GET", "/login")).text)!;
    const served = await send("GET", file);
    expect(served.status).toBe(200);
    expect(served.headers["strict-transport-security"]).toMatch(/max-age=31536000/);
  });
});

describe("a refused upgrade", () => {
  const upgrade = (server: ServerProcess, path: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const headers = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
      request(
        server.url + path,
        { headers: { ...headers, "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" } },
        (res) => {
          let text = "";
          res.setEncoding("utf8").on("data", (chunk) => {
            text += chunk;
          });
          res.on("end", () => resolve({ status: res.statusCode!, headers: res.headers, text }));
        },
      )
        .on("error", reject)
        .end();
    });

  it.each([
    ["/ws?token=mb_unknown", 401, "UNAUTHORIZED"],
    ["/unknown", 404, "Endpoint not found"],
  ])("answers JSON and keeps to TLS as every answer does: %s", async (path, status, said) => {
    await behindProxy({ PUBLIC_URL: SITE });
    const refused = await upgrade(open.at(-1)!.server, path);
    expect(refused.status).toBe(status);
    expect(refused.headers["strict-transport-security"]).toMatch(/max-age=31536000/);
    expect(JSON.stringify(JSON.parse(refused.text))).toContain(said);
  });
});

it("sets Secure cookies and HSTS when PUBLIC_URL is https, whatever the proxy sends", async () => {
  const send = await behindProxy({ PUBLIC_URL: SITE });
  const signedIn = await login(send, { origin: SITE });
  expect(signedIn.status).toBe(200);
  expect(String(signedIn.headers["set-cookie"])).toContain("; Secure");
  expect(signedIn.headers["strict-transport-security"]).toBeDefined();
});

it("suggests no names over GraphQL while introspection is off", async () => {
  const send = await behindProxy({ GRAPHQL_INTROSPECTION: "false" });
  const { token } = JSON.parse((await login(send, {})).text);
  const ask = (query: string, variables?: object) =>
    send("POST", "/graphql", { authorization: `Bearer ${token}` }, { query, variables });
  for (const answer of [
    await ask("{ task { id } }"),
    await ask("{ tasks { idd } }"),
    await ask("{ alerts(severty: high) { id } }"),
    await ask("query ($of: Strin) { alerts(severity: $of) { id } }"),
  ]) {
    expect(answer.text).toContain("errors");
    expect(answer.text).not.toContain("Did you mean");
  }
});
