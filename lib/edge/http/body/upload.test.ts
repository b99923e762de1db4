/** Uploads over real HTTP: clients that fall silent, that send slowly, and that want all slots for themselves. */
import { once } from "node:events";
import { type ClientRequest, createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Actor } from "@/lib/core/actor";
import { errorReply } from "@/lib/edge/http/steps/reply";
import { bounded } from "./bytes";
import { fromNode } from "./incoming";
import { receiveUpload, UPLOADS_PER_CALLER } from "./upload";

const SILENCE_MS = 80;
const BOUNDARY = "----form";
const FORM = { "content-type": `multipart/form-data; boundary=${BOUNDARY}`, "content-length": "100000" };
const FORM_START = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n`;

/** Holds an upload's answer back until it is released. */
let released: Promise<void> = Promise.resolve();
let arrived = 0;
let server: Server;
beforeAll(async () => {
  server = createServer(async (req, res) => {
    const incoming = fromNode(req, res, 0);
    const actor = { kind: "public", ip: incoming.header("x-caller") ?? "192.0.2.1" } as Actor;
    const reply = await receiveUpload(
      { actor, req: incoming },
      async (open) => {
        arrived++;
        await released;
        let size = 0;
        for await (const chunk of (await open(1_000_000)).bytes) size += chunk.length;
        return { status: 200, headers: {}, body: String(size) };
      },
      { silenceMs: SILENCE_MS },
    ).catch((error) => errorReply(error, "botManager"));
    res.writeHead(reply.status, reply.headers).end(reply.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const open = (headers: Record<string, string> = {}): ClientRequest => {
  const { port } = server.address() as AddressInfo;
  return request({ host: "127.0.0.1", port, method: "POST", agent: false, headers }).on("error", () => {});
};
async function answer(sent: ClientRequest) {
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const body = await text(response);
  return { status: response.statusCode, headers: response.headers, json: JSON.parse(body) };
}

describe("a client that falls silent in the midst of its upload", () => {
  it.each<[string, Record<string, string>, string]>([
    ["the bytes themselves", { "content-length": "100000" }, "the first bytes"],
    ["bytes of unknown length", {}, "the first bytes"],
    ["a form before its file", FORM, `--${BOUNDARY}\r\n`],
    ["a form in its file", FORM, `${FORM_START}the first bytes`],
  ])("is refused with 408, and its connection closed: %s", async (_name, headers, first) => {
    const sent = open(headers);
    sent.write(first);
    const refused = await answer(sent);
    expect(refused).toMatchObject({ status: 408, json: { code: "REQUEST_TIMEOUT" } });
    expect(refused.headers.connection).toBe("close");
  });

  it("is refused with 408 when it sends nothing at all", async () => {
    const sent = open({ "content-length": "5" });
    sent.flushHeaders();
    expect(await answer(sent)).toMatchObject({ status: 408 });
  });
});

it("lets a client take longer in all than it may be silent", async () => {
  vi.useFakeTimers();
  try {
    const slow = new PassThrough();
    const reading = buffer(bounded(slow, 1_000, SILENCE_MS));
    for (const byte of "slow") {
      slow.write(byte);
      await vi.advanceTimersByTimeAsync(SILENCE_MS - 1);
    }
    slow.end();
    expect((await reading).toString()).toBe("slow");
  } finally {
    vi.useRealTimers();
  }
});

it("gives each caller so many uploads at once, and says when to come back", async () => {
  let release = () => {};
  released = new Promise((resolve) => {
    release = resolve;
  });
  arrived = 0;
  const mine = { "x-caller": "192.0.2.7" };
  const slow = Array.from({ length: UPLOADS_PER_CALLER }, () => open(mine));
  const answers = slow.map((one) => answer(one));
  for (const one of slow) one.write("x");
  await expect.poll(() => arrived).toBe(UPLOADS_PER_CALLER);
  const over = open(mine);
  over.end("x");
  const refused = await answer(over);
  expect(refused).toMatchObject({
    status: 429,
    json: { error: `At most ${UPLOADS_PER_CALLER} uploads at once`, retryAfter: 5 },
  });
  expect(refused.headers["retry-after"]).toBe("5");
  // Another caller has slots of its own, and a slot that is free again serves the next.
  const other = open({ "x-caller": "192.0.2.8" });
  const others = answer(other);
  other.end("x");
  release();
  for (const one of slow) one.end();
  expect((await others).status).toBe(200);
  for (const { status } of await Promise.all(answers)) expect(status).toBe(200);
  const next = open(mine);
  next.end("x");
  expect((await answer(next)).status).toBe(200);
});
