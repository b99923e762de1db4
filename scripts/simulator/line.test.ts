/** Tests the faulty connection with a plain server: the effect of each fault on a request, its answer, and a socket. */
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Line, type LineFaults } from "./line";
import { type Random, seeded } from "./random";
import { newTally } from "./tally";

let arrived: string[];
let target: string;
let closing: (() => void)[] = [];
beforeEach(async () => {
  arrived = [];
  const server = createServer(async (req, res) => {
    let text = "";
    for await (const chunk of req) text += chunk;
    arrived.push(`${req.method} ${req.url} ${text}`);
    res.end(`answer ${arrived.length}`);
  });
  server.on("upgrade", (_, socket: Socket) => {
    closing.push(() => socket.destroy());
    socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n");
    socket.on("error", () => {}).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  for (const close of closing.reverse()) close();
  closing = [];
});

const GOOD: LineFaults = { latency: { ms: 0, jitter: 0 }, loss: 0, sockets: true };
const tally = newTally();

async function aLine(faults: Partial<LineFaults> = {}, random: Random = seeded("line")) {
  const line = new Line(target, { ...GOOD, ...faults }, random, tally);
  closing.push(() => line.close());
  return { line, url: await line.open() };
}
/** A random source that always returns this value. */
const picking = (kind: string): Random => ({ ...seeded("x"), chance: (share) => share > 0, pick: () => kind as never });
const post = (url: string) => fetch(`${url}/path?a=1`, { method: "POST", body: "hello" });

async function upgraded(url: string) {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  closing.push(() => socket.destroy());
  socket.on("error", () => {});
  socket.write("GET / HTTP/1.1\r\nhost: x\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n");
  const [head] = (await once(socket, "data")) as [Buffer];
  return { socket, head: head.toString() };
}

it("carries requests and answers whole when nothing is wrong", async () => {
  const { url } = await aLine();
  const reply = await post(url);
  expect([reply.status, await reply.text()]).toEqual([200, "answer 1"]);
  expect(arrived).toEqual(["POST /path?a=1 hello"]);
});

it("drops a request before it arrives", async () => {
  const { url } = await aLine({ loss: 1 }, picking("dropped"));
  await expect(post(url)).rejects.toThrow();
  expect(arrived).toEqual([]);
});

it("loses the answer of a request that arrived", async () => {
  const { url } = await aLine({ loss: 1 }, picking("unanswered"));
  await expect(post(url)).rejects.toThrow();
  expect(arrived).toHaveLength(1);
});

it("lets a request arrive twice and answers it once", async () => {
  const { url } = await aLine({ loss: 1 }, picking("twice"));
  expect((await post(url)).status).toBe(200);
  expect(arrived).toEqual(["POST /path?a=1 hello", "POST /path?a=1 hello"]);
});

it("counts what it did, and does the same again for the same seed", async () => {
  const fates = async () => {
    const before = { ...tally };
    const { url } = await aLine({ loss: 0.5 }, seeded("again"));
    const outcomes: string[] = [];
    for (let at = 0; at < 20; at++) outcomes.push(await post(url).then(String, () => "lost"));
    const count = (name: "dropped" | "unanswered" | "twice") => tally[name] - before[name];
    return { outcomes, lost: count("dropped") + count("unanswered"), twice: count("twice") };
  };
  const first = await fates();
  expect(first.lost).toBe(first.outcomes.filter((outcome) => outcome === "lost").length);
  expect(first.lost).toBeGreaterThan(0);
  expect(first.twice).toBeGreaterThan(0);
  expect(await fates()).toEqual(first);
});

it("is down while it is cut, and up again when restored", async () => {
  const { line, url } = await aLine();
  const { socket } = await upgraded(url);
  const broken = once(socket, "close");
  line.cut();
  await broken;
  await expect(post(url)).rejects.toThrow();
  line.restore();
  expect((await post(url)).status).toBe(200);
});

it("carries the bytes of a socket in order, however they are delayed", async () => {
  const { url } = await aLine({ latency: { ms: 4, jitter: 4 } });
  const { socket, head } = await upgraded(url);
  expect(head).toContain("101");
  let heard = "";
  socket.on("data", (bytes: Buffer) => {
    heard += bytes;
  });
  const pieces = Array.from({ length: 100 }, (_, at) => `${at};`);
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await vi.waitFor(() => expect(heard).toBe(pieces.join("")), 30_000);
});

it("breaks a socket by chance", async () => {
  const { line, url } = await aLine();
  const { socket } = await upgraded(url);
  line.close();
  const { url: bad } = await aLine({ loss: 1 }, picking("x"));
  const other = connect(Number(new URL(bad).port), "127.0.0.1");
  closing.push(() => other.destroy());
  const before = tally.breaks;
  const closed = once(
    other.on("error", () => {}),
    "close",
  );
  other.write("GET / HTTP/1.1\r\nhost: x\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n");
  await closed;
  expect(tally.breaks).toBe(before + 1);
  expect(socket.destroyed || socket.readableEnded || socket.closed).toBe(true);
});

it("lets no socket through where it carries HTTP alone", async () => {
  const { url } = await aLine({ sockets: false });
  expect((await upgraded(url)).head).toContain("400");
  expect((await post(url)).status).toBe(200);
});

it("does nothing bad any more once it is calm", async () => {
  const { line, url } = await aLine({ loss: 1, latency: { ms: 50, jitter: 0 } }, picking("dropped"));
  line.calm();
  expect((await post(url)).status).toBe(200);
});
