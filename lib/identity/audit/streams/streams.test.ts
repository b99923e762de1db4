/** Streams of the audit log, on both databases: order, repetition after a failure, and what receivers get. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { createServer as createTls } from "node:tls";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.OUTBOUND_ALLOW_CIDRS = "127.0.0.1";
});

import { withinContext } from "@/lib/core/acts";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import { outbound } from "@/lib/core/outbound/index";
import { createChain } from "@/lib/identity/audit/chain";
import { createPerforming } from "@/lib/identity/audit/service.perform";
import { createAuditStore } from "@/lib/identity/audit/store";
import { createChainStore } from "@/lib/identity/audit/store.chain";
import { actor } from "@/tests/actors";
import { CERTIFICATE, CERTIFICATE_KEY } from "@/tests/certificate";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { createStreams } from "./service";
import { createStreamStore } from "./store";

const admin = actor(9, "admin");
const now = () => Date.now();
const chain = createChain(() => Buffer.alloc(32, 7));
const chainStore = createChainStore({ chain, now });
const { perform } = createPerforming({ store: createAuditStore(chain), now, newId, log: { warn() {} } });
const act = (action: string) => withinContext({ actor: admin }, () => perform({ action }, () => {}));
const running = new AbortController().signal;
/** A second instance stands for another process, or for this one after a restart. */
const room = () =>
  createStreams({
    ...{ streams: createStreamStore(), chain: chainStore, outbound, now },
    ...{ seal: (text: string) => `sealed:${text}`, unseal: (text: string) => text.slice(7) },
  });

const closing: (() => void)[] = [];
const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** A syslog server that keeps the messages of each connection, as octet counting frames them. */
async function aSyslog(take: (socket: Socket) => void = () => {}, protocol: "tcp" | "tls" = "tcp") {
  const received: string[] = [];
  const serve = (socket: Socket) => {
    take(socket);
    socket.on("error", () => {});
    void buffer(socket).then(
      (bytes) => {
        for (let at = 0; at < bytes.length; ) {
          const space = bytes.indexOf(32, at);
          const end = space + 1 + Number(bytes.subarray(at, space));
          received.push(bytes.subarray(space + 1, end).toString());
          at = end;
        }
        socket.end();
      },
      () => {},
    );
  };
  const identity = { key: CERTIFICATE_KEY, cert: CERTIFICATE };
  const open = { allowHalfOpen: true };
  const server = protocol === "tls" ? createTls({ ...identity, ...open }, serve) : createServer(open, serve);
  if (protocol === "tls") server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  return { url: `${protocol}://127.0.0.1:${portOf(server)}`, received };
}

const MESSAGE = /^<(\d+)>1 (\S+Z) \S+ muster - (\w+) \[muster@32473 id="(act_\w+)" position="(\d+)"[^\]]*\] (\{.*\})$/s;
const positions = (messages: string[]) => messages.map((text) => Number(MESSAGE.exec(text)![5]));

describe.each(databases)("the audit log's streams on $provider", (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openRoom(kind);
  });
  beforeEach(async () => {
    for (const table of ["audit_record", "audit_checkpoint", "audit_stream", "setting"])
      await db().run(`DELETE FROM ${table}`);
    for (const action of ["one", "two", "three"]) await act(action);
    await chainStore.seal(100);
  });
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });
  afterAll(() => database.close());

  it("sends entries in order over TCP, and goes on where it ended after a restart", async () => {
    const { url, received } = await aSyslog();
    await room().put(admin, "syslog", { url, from: "start" });
    await room().run("syslog", running);
    expect(positions(received)).toEqual([1, 2, 3]);
    const [, priority, , action, id, , json] = MESSAGE.exec(received[0]!)!;
    expect([priority, action]).toEqual(["110", "one"]);
    expect(JSON.parse(json!)).toMatchObject({ id, action: "one", by: { id: "9" }, seal: { position: 1 } });
    await act("four");
    await room().run("syslog", running);
    expect(positions(received)).toEqual([1, 2, 3]);
    await chainStore.seal(100);
    await room().run("syslog", running);
    expect(positions(received)).toEqual([1, 2, 3, 4]);
    expect(await room().list(admin)).toMatchObject([
      { kind: "syslog", hint: url, position: 4, behind: 0, last_error: null },
    ]);
  });

  it("begins with entries to come unless it is told otherwise", async () => {
    const { url, received } = await aSyslog();
    await room().put(admin, "syslog", { url });
    await act("four");
    await chainStore.seal(100);
    await room().run("syslog", running);
    expect(positions(received)).toEqual([4]);
  });

  it("repeats what a receiver has not taken, and says why it failed", async () => {
    let isBroken = true;
    const { url, received } = await aSyslog((socket) => isBroken && socket.resetAndDestroy());
    await room().put(admin, "syslog", { url, from: "start" });
    await expect(room().run("syslog", running)).rejects.toThrow();
    const [stream] = await room().list(admin);
    expect(stream).toMatchObject({ position: 0, behind: 3, last_error: expect.any(String) });
    isBroken = false;
    await room().run("syslog", running);
    expect(positions(received)).toEqual([1, 2, 3]);
    expect(await room().list(admin)).toMatchObject([{ position: 3, last_error: null }]);
  });

  it("moves its position once when two processes lead for a moment", async () => {
    const { url, received } = await aSyslog();
    await room().put(admin, "syslog", { url, from: "start" });
    await Promise.all([room().run("syslog", running), room().run("syslog", running)]);
    expect([...new Set(positions(received))]).toEqual([1, 2, 3]);
    expect(await room().list(admin)).toMatchObject([{ position: 3 }]);
  });

  it("sends each entry as a datagram over UDP", async () => {
    const socket = createSocket("udp4");
    const received: string[] = [];
    socket.on("message", (bytes) => received.push(bytes.toString()));
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    closing.push(() => socket.close());
    await room().put(admin, "syslog", { url: `udp://127.0.0.1:${socket.address().port}`, from: "start" });
    await room().run("syslog", running);
    await vi.waitUntil(() => received.length === 3, 90_000);
    expect(positions(received)).toEqual([1, 2, 3]);
  });

  it("sends over TLS to a server whose certificate it trusts, and nothing to another one", async () => {
    const { url, received } = await aSyslog(undefined, "tls");
    await room().put(admin, "syslog", { url, from: "start" });
    await expect(room().run("syslog", running)).rejects.toThrow("self-signed certificate");
    expect((await room().list(admin))[0]!.last_error).toContain("self-signed certificate");
    expect(received).toEqual([]);
    await room().put(admin, "syslog", { url, ca: CERTIFICATE });
    await room().run("syslog", running);
    expect(positions(received)).toEqual([1, 2, 3]);
  });

  it("signs what it posts to a webhook, and repeats it under the same id until it is taken", async () => {
    const posts: { id: string; body: string; headers: Record<string, string> }[] = [];
    const server = createHttp((req, res) => {
      void buffer(req).then((body) => {
        const headers = req.headers as Record<string, string>;
        posts.push({ id: headers["webhook-id"]!, body: body.toString(), headers });
        res.statusCode = posts.length === 1 ? 503 : 204;
        res.end();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    closing.push(() => server.close());
    const url = `http://127.0.0.1:${portOf(server)}/in/very-secret-path`;
    const { secret, stream } = await room().put(admin, "webhook", { url, from: "start" });
    expect(JSON.stringify(stream)).not.toContain("very-secret");
    await expect(room().run("webhook", running)).rejects.toThrow("503");
    await room().run("webhook", running);
    expect(posts.map(({ id }) => id)).toEqual(["audit_1_3", "audit_1_3"]);
    const { body, headers } = posts[1]!;
    const { data } = new Webhook(secret!).verify(body, headers) as { data: { entries: { action: string }[] } };
    expect(data.entries.map(({ action }) => action)).toEqual(["one", "two", "three"]);
  });

  it("refuses addresses that are none, and everybody but admins", async () => {
    const wrong = ["ftp://a.example.org:1", "tcp://a.example.org", "udp://u:p@a.example.org:514", "nothing"];
    for (const url of wrong)
      await expect(room().put(admin, "syslog", { url })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    // Entries would cross the internet in clear text.
    for (const url of ["tcp://a.example.org:1", "http://a.example.org/in", "http://198.51.100.7/in"])
      await expect(room().put(admin, "webhook", { url })).rejects.toMatchObject({
        ...{ code: "INVALID_INPUT", message: expect.stringContaining("must be an https:// address") },
      });
    await expect(room().put(actor(1), "syslog", { url: "udp://a.example.org:514" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(room().list(actor(1, "moderator"))).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(room().remove(admin, "syslog")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("does not reach private networks", async () => {
    await room().put(admin, "syslog", { url: "tcp://127.0.0.9:514", from: "start" });
    await expect(room().run("syslog", running)).rejects.toThrow("not a public address");
    await room().put(admin, "syslog", { url: "udp://127.0.0.9:514" });
    await expect(room().run("syslog", running)).rejects.toThrow("not a public address");
  });

  it("continues behind the checkpoint when retention has deleted what it had not sent", async () => {
    const { url, received } = await aSyslog();
    await room().put(admin, "syslog", { url, from: "start" });
    await chainStore.prune(Number.MAX_SAFE_INTEGER, 2);
    await room().run("syslog", running);
    expect(positions(received)).toEqual([3]);
  });
});
