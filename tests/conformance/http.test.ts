/** HTTP: cross-site cookies, CORS, headers, and bodies that are slow, interrupted or have a wrong length. */
import { connect } from "node:net";
import { beforeAll, describe, expect, it } from "vitest";
import { Api } from "../api";
import { aBot, aUser, type TestBot, type TestUser } from "../factories";
import { theServer } from "../the-server";

let ada: TestUser;
let bot: TestBot;
beforeAll(async () => {
  ada = await aUser();
  bot = await aBot(ada);
});
const host = () => new URL(theServer().url).host;

describe("a page of another site with a person's cookie", () => {
  it.each<[string, number, () => Record<string, string>]>([
    ["our own page", 200, () => ({ origin: `http://${host()}`, "sec-fetch-site": "same-origin" })],
    ["no browser", 200, () => ({})],
    ["another site", 403, () => ({ origin: "https://evil.example", "sec-fetch-site": "cross-site" })],
    ["a form of another site", 403, () => ({ "sec-fetch-site": "cross-site" })],
    ["a sandboxed frame", 403, () => ({ origin: "null" })],
    ["our name on another port", 403, () => ({ origin: "http://127.0.0.1:1" })],
    ["a site CORS_ORIGINS names", 200, () => ({ origin: theServer().cors, "sec-fetch-site": "cross-site" })],
  ])("%s: %i", async (_name, status, headers) => {
    const reply = await ada.api.send("POST /api/auth/update-profile", { body: { gender: "x" }, headers: headers() });
    expect(reply.status, reply.text).toBe(status);
    // With a key instead of the cookie it cannot be a forged request.
    const keyed = ada.api.bearer(ada.jwt);
    expect(
      (await keyed.send("POST /api/auth/update-profile", { body: { gender: "x" }, headers: headers() })).status,
    ).toBe(200);
  });
});

describe("a page of another site that signs its visitor in", () => {
  const sent: [string, number, () => Record<string, string>][] = [
    ["no browser", 200, () => ({})],
    ["our own page", 200, () => ({ origin: `http://${host()}`, "sec-fetch-site": "same-origin" })],
    ["a site CORS_ORIGINS names", 200, () => ({ origin: theServer().cors, "sec-fetch-site": "cross-site" })],
    ["another site's form", 403, () => ({ origin: "https://evil.example", "content-type": "text/plain" })],
    ["a sandboxed frame", 403, () => ({ origin: "null" })],
  ];
  it.each(sent)("%s: %i", async (_name, status, headers) => {
    const body = { username: ada.username, password: ada.password };
    const reply = await new Api().send("POST /api/auth/login", { body, headers: headers() });
    expect(reply.status, reply.text).toBe(status);
    expect(reply.headers.has("set-cookie")).toBe(status === 200);
  });

  it("cannot claim a fresh server", async () => {
    const body = { token: "unknown", username: "evil", email: "evil@example.org", password: "a good long password" };
    const { status, text } = await new Api().send("POST /api/setup", {
      body,
      headers: { origin: "https://evil.example" },
    });
    expect(status).toBe(403);
    expect(text).toContain("CORS_ORIGINS");
  });
});

describe("CORS", () => {
  it("answers only the configured origins", async () => {
    const ask = (origin: string) => ada.api.send("GET /api/auth/me", { headers: { origin } });
    const named = await ask(theServer().cors);
    expect(named.headers.get("access-control-allow-origin")).toBe(theServer().cors);
    expect(named.headers.get("access-control-allow-credentials")).toBe("true");
    expect(named.headers.get("vary")?.toLowerCase()).toContain("origin");
    for (const origin of ["https://evil.example", "null", `${theServer().cors}.evil.example`])
      expect((await ask(origin)).headers.get("access-control-allow-origin")).toBeNull();
  });

  it("answers preflights with methods and headers", async () => {
    const headers = { origin: theServer().cors, "access-control-request-method": "POST" };
    const reply = await new Api().send("OPTIONS /api/commands", { headers });
    expect(reply.status).toBe(204);
    expect(reply.headers.get("access-control-allow-methods")).toContain("POST");
    expect(reply.headers.get("access-control-allow-headers")).toContain("authorization");
  });
});

describe("headers", () => {
  it.each(["GET /api/health", "GET /api/auth/me", "GET /api/nothing", "PUT /api/health"])("of %s", async (line) => {
    const { headers } = await new Api().send(line);
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("server")).toBeNull();
  });

  it("private answers may not be cached", async () => {
    expect((await ada.api.send("GET /api/auth/me")).headers.get("cache-control")).toBe("no-store");
  });

  it("HEAD answers as GET, without a body", async () => {
    const get = await new Api().send("GET /api/health");
    const head = await new Api().send("HEAD /api/health");
    expect([head.status, head.text]).toEqual([200, ""]);
    expect(head.headers.get("content-length")).toBe(get.headers.get("content-length"));
  });

  it("a 401 explains how to authenticate", async () => {
    expect((await new Api().send("GET /api/auth/me")).headers.get("www-authenticate")).toContain("Bearer");
  });
});

/** Writes raw bytes. Resolves with the answer when the connection ends, or after `ms`. */
function wire(pieces: (string | number)[], ms = 30_000): Promise<string> {
  const { hostname, port } = new URL(theServer().url);
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(Number(port), hostname, async () => {
      for (const part of pieces)
        if (typeof part === "number") await new Promise((done) => setTimeout(done, part));
        else if (!socket.destroyed) socket.write(part);
    });
    const timer = setTimeout(() => socket.destroy(), ms);
    socket.on("data", (data) => {
      answer += data.toString();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}

const post = (length: string) =>
  `POST /api/bot/${bot.id}/logs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${bot.token}\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;

describe("bodies", () => {
  it("may arrive slowly", async () => {
    const body = '{"message":"slowly"}';
    const pieces = [...body].flatMap((letter) => [letter, 20]);
    expect(await wire([post(`Content-Length: ${body.length}`), ...pieces])).toMatch(/^HTTP\/1\.1 200/);
  });

  it("may arrive in chunks without a length", async () => {
    const chunks = ['{"mess', 'age":"in chunks"}'].map((part) => `${part.length.toString(16)}\r\n${part}\r\n`);
    expect(await wire([post("Transfer-Encoding: chunked"), chunks[0]!, 50, chunks[1]!, "0\r\n\r\n"])).toMatch(
      /^HTTP\/1\.1 200/,
    );
  });

  it("that break off are not stored", async () => {
    await wire([post("Content-Length: 1000"), '{"message":"broken off"}'], 300);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { text } = await ada.api.send("GET /api/logs", { query: { bot_id: bot.id } });
    expect(text).not.toContain("broken off");
  });

  it("with two lengths or a wrong one are refused, so that no request hides in another", async () => {
    const hidden = "GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n";
    for (const lengths of [
      "Content-Length: 4\r\nTransfer-Encoding: chunked",
      "Content-Length: 4\r\nContent-Length: 5",
      "Content-Length: -1",
      "Transfer-Encoding: xchunked",
    ])
      expect(await wire([post(lengths), `0\r\n\r\n${hidden}`], 2_000)).not.toMatch(/HTTP\/1\.1 200/);
  });

  it("that are too large get 413 while they arrive, with and without a length", async () => {
    const half = "x".repeat(3_000_000);
    expect(await wire([post("Content-Length: 6000000"), half, half])).toMatch(/^HTTP\/1\.1 413/);
    const chunk = `${half.length.toString(16)}\r\n${half}\r\n`;
    expect(await wire([post("Transfer-Encoding: chunked"), chunk, chunk, "0\r\n\r\n"])).toMatch(/^HTTP\/1\.1 413/);
  });

  it("of endless length end the connection", async () => {
    expect(await wire([post("Content-Length: 99999999999"), "x".repeat(100_000)])).toMatch(/^HTTP\/1\.1 413/);
  });

  it("that are compressed are refused and never unpacked", async () => {
    const answer = await fetch(`${theServer().url}/api/bot/${bot.id}/logs`, {
      method: "POST",
      headers: { authorization: `Bearer ${bot.token}`, "content-encoding": "gzip" },
      body: Buffer.from("1f8b0800000000000003", "hex"),
    });
    expect(answer.status).toBe(415);
  });
});

it("a long poll whose client disconnects leases no command", async () => {
  const gone = new AbortController();
  const waiting = fetch(`${theServer().url}/api/bot/${bot.id}/commands?wait=30`, {
    headers: { authorization: `Bearer ${bot.token}` },
    signal: gone.signal,
  }).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 200));
  gone.abort();
  await waiting;
  await new Promise((resolve) => setTimeout(resolve, 100));
  await ada.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "later" } });
  const params = { bot_id: bot.id };
  const { json } = await bot.api.send("GET /api/bot/{bot_id}/commands", { params });
  expect(json.commands).toMatchObject([{ type: "later", attempts: 1 }]);
});

it("an export whose reader disconnects does not harm the server", async () => {
  const body = Array.from({ length: 1000 }, () => ({ message: "y".repeat(2000) }));
  await bot.api.send("POST /api/bot/{bot_id}/logs", { params: { bot_id: bot.id }, body });
  for (let round = 0; round < 3; round++) {
    const gone = new AbortController();
    const answer = await fetch(`${theServer().url}/api/export/logs?limit=100000&format=csv`, {
      headers: { authorization: `Bearer ${ada.jwt}` },
      signal: gone.signal,
    });
    await answer.body!.getReader().read();
    gone.abort();
  }
  expect((await new Api().send("GET /api/health", { query: { detailed: "true" } })).json.status).toBe("ok");
});

it("a CSV export is inert in a spreadsheet", async () => {
  const messages = ['=HYPERLINK("http://evil.example")', "+1", "-1", "@SUM(A1)", 'quote " and , comma', "two\nlines"];
  const other = await aBot(ada);
  await other.api.send("POST /api/bot/{bot_id}/logs", {
    params: { bot_id: other.id },
    body: messages.map((message) => ({ message })),
  });
  const { status, text, headers } = await ada.api.send("GET /api/export/logs", {
    query: { bot_id: other.id, format: "csv" },
  });
  expect(status).toBe(200);
  expect(headers.get("content-type")).toContain("text/csv");
  expect(text).not.toMatch(/(^|,|")[=+@-][A-Z1]/m);
  expect(text).toContain('quote "" and , comma');
});

it("pipelined requests are answered in order", async () => {
  const one = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
  const answer = await wire([one("/api/health") + one("/api/nothing") + one("/api/health", "Connection: close\r\n")]);
  expect([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map((found) => found[1])).toEqual(["200", "404", "200"]);
});

it("upgrades to unknown paths are refused", async () => {
  const upgrade =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";
  for (const path of ["/api/health", "/nothing", "/dashboard"])
    expect(await wire([`GET ${path} HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n\r\n`])).toMatch(/^HTTP\/1\.1 404/);
});
