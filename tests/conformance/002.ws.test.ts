/** Document 002 "WebSocket API": the plain WebSocket at /ws. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { type RawData, WebSocket } from "ws";
import type { Json } from "../api";
import { aBot, anUnclaimedBot, aUser } from "../factories";
import { API_TOKEN, removeFolder, startServer, temporaryFolder } from "../process";
import { theServer } from "../the-server";

const open: WebSocket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});

/** A socket with the messages it has received, read in order. */
async function connect(query = "", headers: Record<string, string> = {}, url = theServer().url) {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws${query}`, { headers });
  open.push(socket);
  const received: Json[] = [];
  let wake = () => {};
  socket.on("message", (data: RawData) => {
    received.push(JSON.parse(String(data)));
    wake();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("unexpected-response", (_request, response) => reject(new Error(String(response.statusCode))));
    socket.once("error", reject);
  });
  const next = async (): Promise<Json> => {
    while (received.length === 0)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    return received.shift();
  };
  const say = (message: unknown) => socket.send(typeof message === "string" ? message : JSON.stringify(message));
  const ask = (message: unknown) => {
    say(message);
    return next();
  };
  return { socket, ask, next, say };
}
const tokenOf = async () => (await aUser()).jwt;

describe("a connection", () => {
  it("is accepted with ?token=, Authorization, X-Bot-Token or the cookie", async () => {
    const user = await aUser();
    const bot = await aBot(user);
    for (const [query, headers] of [
      [`?token=${user.jwt}`, {}],
      ["", { authorization: `Bearer ${user.jwt}` }],
      ["", { cookie: `session_token=${user.cookie}` }],
      ["", { "x-bot-token": bot.token }],
    ] as const) {
      const { ask } = await connect(query, headers);
      expect(await ask({ type: "ping" })).toMatchObject({ type: "pong" });
    }
  });

  it("is refused without a credential, with a bad one, from another site, and for an unclaimed bot", async () => {
    const user = await aUser();
    const wild = await anUnclaimedBot();
    await expect(connect()).rejects.toThrow("401");
    await expect(connect("?token=nonsense")).rejects.toThrow("401");
    const cookie = `session_token=${user.cookie}`;
    await expect(connect("", { cookie, origin: "https://evil.example" })).rejects.toThrow("403");
    await expect(connect(`?token=${wild.token}`)).rejects.toThrow("403");
  });

  it("ends with the credential", async () => {
    const user = await aUser();
    const { socket } = await connect(`?token=${user.jwt}`);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await user.api.send("POST /api/auth/logout");
    expect(await closed).toBe(1008);
  });
});

describe("subscriptions", () => {
  it("system_metrics sends numbers at once and repeatedly", async () => {
    const { ask, next } = await connect(`?token=${await tokenOf()}`);
    const subscribe = { type: "subscribe", channel: "system_metrics" };
    expect(await ask(subscribe)).toEqual({ type: "subscribed", channel: "system_metrics" });
    const percent = expect.toSatisfy((value) => typeof value === "number" && value >= 0 && value <= 100);
    for (let n = 0; n < 2; n++)
      expect(await next()).toMatchObject({
        type: "metrics",
        data: {
          timestamp: expect.stringMatching(/Z$/),
          cpuUsage: percent,
          memoryUsage: percent,
          activeTasks: expect.any(Number),
        },
      });
    let last = await ask({ ...subscribe, type: "unsubscribe" });
    // Skip readings that were already sent.
    while (last.type === "metrics") last = await next();
    expect(last).toEqual({ type: "unsubscribed", channel: "system_metrics" });
  });

  it("task_updates sends all visible tasks, or one existing task", async () => {
    const { ask } = await connect(`?token=${await tokenOf()}`);
    const subscribe = { type: "subscribe", channel: "task_updates" };
    expect(await ask(subscribe)).toEqual({ type: "subscribed", channel: "task_updates" });
    expect(await ask({ ...subscribe, taskId: "task_unknown" })).toMatchObject({
      type: "error",
      error: { code: "NOT_FOUND", message: expect.any(String), details: expect.any(Object) },
    });
    const bot = await connect(`?token=${(await aBot(await aUser())).token}`);
    expect(await bot.ask(subscribe)).toMatchObject({ type: "error", error: { code: "FORBIDDEN" } });
  });
});

describe("bad input is answered, and the socket stays open", () => {
  it.each([
    "not json",
    "[]",
    "null",
    "5",
    "{}",
    '{"type":"dance"}',
    '{"type":"subscribe"}',
    '{"type":"subscribe","channel":"news"}',
    '{"type":"subscribe","channel":"task_updates","taskId":5}',
    '{"type":"subscribe","channel":"task_updates","taskId":""}',
    '{"__proto__":{"type":"ping"}}',
  ])("%s", async (text) => {
    const { ask } = await connect(`?token=${await tokenOf()}`);
    expect(await ask(text)).toMatchObject({
      type: "error",
      error: { code: "INVALID_INPUT", details: expect.any(Object) },
    });
    expect(await ask({ type: "ping" })).toMatchObject({ type: "pong" });
  });

  it("bytes that are not text", async () => {
    const { socket, next, ask } = await connect(`?token=${await tokenOf()}`);
    socket.send(Buffer.from([0, 1, 2]));
    expect(await next()).toMatchObject({ type: "error", error: { code: "INVALID_INPUT" } });
    expect(await ask({ type: "ping" })).toMatchObject({ type: "pong" });
  });

  it("but a message over 16 kB closes it", async () => {
    const { socket, say } = await connect(`?token=${await tokenOf()}`);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    say({ type: "ping", filler: "x".repeat(20_000) });
    expect(await closed).toBe(1009);
  });

  it("and it may have a hundred subscriptions", async () => {
    const { ask } = await connect(`?token=${await tokenOf()}`);
    expect(await ask({ type: "subscribe", channel: "task_updates" })).toMatchObject({ type: "subscribed" });
    // Repeating a subscription does not add another.
    for (let n = 0; n < 120; n++)
      expect(await ask({ type: "subscribe", channel: "task_updates" })).toMatchObject({ type: "subscribed" });
  });
});

describe("many and odd messages", () => {
  it("over the budget are refused with a time to retry, and the socket stays open", async () => {
    const folder = temporaryFolder();
    const server = await startServer({ DATA_DIR: folder, RATE_LIMIT_FACTOR: "0.01" });
    const { ask } = await connect(`?token=${API_TOKEN}`, {}, server.url);
    for (let n = 0; n < 10; n++) expect(await ask({ type: "ping" })).toMatchObject({ type: "pong" });
    for (let n = 0; n < 2; n++)
      expect(await ask({ type: "ping" })).toMatchObject({
        type: "error",
        error: { code: "RATE_LIMITED", message: "Rate limit exceeded", details: { retryAfter: expect.any(Number) } },
      });
    await server.stop();
    removeFolder(folder);
  });

  it("of any JSON are each answered in order with a message of the protocol", async () => {
    const { ask, next } = await connect(`?token=${await tokenOf()}`);
    const word = fc.constantFrom("subscribe", "unsubscribe", "ping", "task_updates", "system_metrics", "task_1", "");
    const value = fc.oneof(word, fc.jsonValue({ maxDepth: 3 }));
    const message = fc.oneof(
      fc.json({ maxDepth: 4 }),
      fc.string({ maxLength: 200 }),
      fc.record({ type: value, channel: value, taskId: value }, { requiredKeys: [] }).map((one) => JSON.stringify(one)),
    );
    for (const text of fc.sample(message, { numRuns: 1_500, seed: 20261122 })) {
      let answer = await ask(text);
      // Skip readings, which may arrive at any time.
      while (answer.type === "metrics") answer = await next();
      expect(["subscribed", "unsubscribed", "pong", "error"], text).toContain(answer.type);
      if (answer.type === "error") expect(["INVALID_INPUT", "NOT_FOUND"], text).toContain(answer.error.code);
    }
  });
});
