/** The way to the pages' process and back: headers, streams, aborts, and a process that is away. */
import { once } from "node:events";
import { statSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { dirname } from "node:path";
import { afterEach, expect, it } from "vitest";
import { createProxy } from "./proxy";
import { listenPrivately, makePrivateSockets } from "./sockets";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A server that forwards everything to `pages` over a private socket. */
async function aProxy(pages?: (req: IncomingMessage, res: ServerResponse) => void, trustProxy = 0) {
  const sockets = makePrivateSockets("/tmp");
  const behind = createServer(pages);
  if (pages) await listenPrivately(behind, sockets.pages);
  const { forward, upgrade } = createProxy(sockets.pages, trustProxy);
  const front = createServer((req, res) => {
    void forward(req, res).then((isAnswered) => isAnswered || res.writeHead(503).end("away"));
  });
  front.on("upgrade", upgrade);
  front.listen(0, "127.0.0.1");
  await once(front, "listening");
  ends.push(() => {
    for (const server of [front, behind]) {
      server.closeAllConnections();
      server.close();
    }
    sockets.remove();
  });
  return { port: (front.address() as { port: number }).port, behind, address: sockets.pages };
}

it("keeps its sockets to the user of this process", async () => {
  const { address } = await aProxy(() => {});
  expect(statSync(address).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(address)).mode & 0o777).toBe(0o700);
});

it("names the caller itself, and forwards neither what callers claim nor headers of their connection", async () => {
  const { port } = await aProxy((req, res) => res.setHeader("x-page", "1").end(JSON.stringify(req.headers)));
  const reply = await fetch(`http://127.0.0.1:${port}/dashboard`, {
    headers: { cookie: "a=1", te: "trailers", "x-forwarded-for": "1.1.1.1", "x-forwarded-proto": "https" },
  });
  const seen = (await reply.json()) as Record<string, string>;
  expect(seen).toMatchObject({ cookie: "a=1", "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "http" });
  expect(seen["x-forwarded-host"]).toBe(`127.0.0.1:${port}`);
  expect(seen.te).toBeUndefined();
  expect(reply.headers.get("x-page")).toBe("1");
});

it("forwards the address that a trusted proxy names", async () => {
  const { port } = await aProxy((req, res) => res.end(String(req.headers["x-forwarded-for"])), 1);
  const reply = await fetch(`http://127.0.0.1:${port}/`, { headers: { "x-forwarded-for": "9.9.9.9, 192.0.2.7" } });
  expect(await reply.text()).toBe("192.0.2.7");
});

it("sends what is rendered so far before the rest, and cookies and statuses as they are", async () => {
  const rest = Promise.withResolvers<void>();
  const { port } = await aProxy((_req, res) => {
    res.writeHead(404, { "set-cookie": ["a=1", "b=2"] });
    res.write("first");
    void rest.promise.then(() => res.end("second"));
  });
  const reply = await fetch(`http://127.0.0.1:${port}/`);
  expect([reply.status, reply.headers.getSetCookie()]).toEqual([404, ["a=1", "b=2"]]);
  const reader = reply.body!.getReader();
  expect(Buffer.from((await reader.read()).value!).toString()).toBe("first");
  rest.resolve();
  expect(Buffer.from((await reader.read()).value!).toString()).toBe("second");
});

it("ends the rendering when the reader goes away", async () => {
  const gone = Promise.withResolvers<void>();
  const { port } = await aProxy((_req, res) => {
    res.write("first");
    res.once("close", gone.resolve);
  });
  const call = request({ port, host: "127.0.0.1" }, (reply) => reply.once("data", () => call.destroy()));
  call.once("error", () => {});
  call.end();
  await gone.promise;
});

it("says that nothing was answered when there is no process, or it ended before its answer", async () => {
  const away = await aProxy();
  expect((await fetch(`http://127.0.0.1:${away.port}/`)).status).toBe(503);
  const broken = await aProxy((req) => req.socket.destroy());
  expect((await fetch(`http://127.0.0.1:${broken.port}/`)).status).toBe(503);
});

it("cuts the answer when the process ends in the middle of it", async () => {
  const { port } = await aProxy((_req, res) => {
    res.write("first");
    setImmediate(() => res.socket!.destroy());
  });
  const reply = await fetch(`http://127.0.0.1:${port}/`);
  await expect(reply.text()).rejects.toThrow();
});

it("forwards an upgraded connection both ways", async () => {
  const { port, behind } = await aProxy(() => {});
  behind.on("upgrade", (req, socket, head) => {
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n${req.url} ${head}`);
    socket.pipe(socket);
  });
  const socket = connect(port, "127.0.0.1");
  socket.write("GET /_next/hmr HTTP/1.1\r\nhost: x\r\nupgrade: x\r\nconnection: upgrade\r\n\r\nearly");
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await expect.poll(() => text).toContain("/_next/hmr early");
  socket.write(" later");
  await expect.poll(() => text).toContain("early later");
  socket.destroy();
});
