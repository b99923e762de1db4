/** Times (CONTRACT §1.11): one parser for people and programs, and no log lost because of a bot's clock. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { aBot, aUser, type TestBot, type TestUser } from "../factories";
import { closeSockets, connected } from "../sockets";

const iso = (at: number) => new Date(at).toISOString();
const offset = (at: number, hours: number) => iso(at + hours * 3_600_000).replace("Z", `+0${hours}:00`);

afterEach(closeSockets);

let ada: TestUser;
let bot: TestBot;
beforeAll(async () => {
  ada = await aUser();
  bot = await aBot(ada);
});

describe("times of people and programs", () => {
  const IMPOSSIBLE = ["2026-02-30T00:00:00Z", "2026-12-01T00:00:00", "2026-12-01", "1767268800", "soon"];

  it.each(["+00:00", "+01:00", "-08:00", "Z"])("run_at takes the zone %s", async (zone) => {
    const at = Math.floor(Date.now() / 1000) * 1000 + 3_600_000;
    const minutes = zone === "Z" ? 0 : Number(zone.slice(0, 3)) * 60;
    const run_at = iso(at + minutes * 60_000).replace(".000Z", zone);
    for (const [line, body] of [
      ["POST /api/bot/{bot_id}/send-command", {}],
      ["POST /api/commands", { bot_id: bot.id }],
    ] as const) {
      const params = { bot_id: bot.id };
      const answer = await ada.api.send(line, { params, body: { ...body, type: "later", run_at } });
      expect(answer.status, answer.text).toBe(200);
      expect(answer.json.command.run_at).toBe(iso(at));
    }
  });

  it.each(IMPOSSIBLE)("run_at refuses %s and names the field", async (run_at) => {
    const params = { bot_id: bot.id };
    const error = await ada.api.refused("POST /api/bot/{bot_id}/send-command", "INVALID_INPUT", {
      params,
      body: { type: "later", run_at },
    });
    expect(error.details?.field).toBe("run_at");
  });

  it.each(
    ["/api/logs", "/api/messages", "/api/export/logs", "/api/export/messages"].flatMap((path) =>
      ["after", "before"].map((field) => [path, field] as const),
    ),
  )("GET %s refuses impossible and zone-less times in %s, and takes offsets", async (path, field) => {
    for (const text of IMPOSSIBLE) {
      const error = await ada.api.refused(`GET ${path}`, "INVALID_INPUT", { query: { [field]: text } });
      expect(error.details?.field, text).toBe(field);
    }
    for (const text of ["2026-12-01T00:00:00Z", "2026-12-01T01:00:00+01:00", "15m"])
      expect((await ada.api.send(`GET ${path}`, { query: { [field]: text } })).status, text).toBe(200);
    // The unescaped + of an offset arrives as a space.
    expect((await ada.api.send(`GET ${path}?${field}=2026-12-01T01:00:00+01:00`)).status).toBe(200);
  });

  it("GraphQL accepts and refuses the same times", async () => {
    const ask = async (since: string) =>
      (await ada.api.send("POST /graphql", { body: { query: `{ logs(since: "${since}") { nodes { id } } }` } })).json;
    expect((await ask("2026-12-01T01:00:00+01:00")).errors).toBeUndefined();
    for (const text of IMPOSSIBLE) expect((await ask(text)).errors, text).toHaveLength(1);
  });
});

describe("times that bots send", () => {
  const params = () => ({ bot_id: bot.id });
  const lineOf = async (search: string) =>
    (await ada.api.send("GET /api/logs", { query: { ...params(), search } })).json.logs[0];

  it("a log keeps the times of the event and of receipt, on every path", async () => {
    const at = Date.now() - 7_200_000;
    const body = { message: "buffered line", timestamp: offset(at, 2) };
    const { json } = await bot.api.send("POST /api/bot/{bot_id}/logs", { params: params(), body });
    expect(json).toEqual({ status: "ok", received: 1 });
    const log = await lineOf("buffered");
    expect(log.timestamp).toBe(iso(at));
    expect(Date.parse(log.received_at) - at).toBeGreaterThan(7_000_000);
    const query = { ...params(), after: iso(at - 1000), before: iso(at + 1000) };
    for (const [path, format] of [
      ["/api/logs", undefined],
      ["/api/export/logs", undefined],
      ["/api/export/logs", "csv"],
    ] as const) {
      const { text } = await ada.api.send(`GET ${path}`, { query: { ...query, ...(format && { format }) } });
      expect(text).toContain(iso(at));
      expect(text).toContain(log.received_at);
    }
    const asked = `{ logs(botId: "${bot.id}", search: "buffered") { nodes { timestamp receivedAt } } }`;
    expect((await ada.api.send("POST /graphql", { body: { query: asked } })).json.data.logs.nodes).toEqual([
      { timestamp: iso(at), receivedAt: log.received_at },
    ]);
  });

  it.each([
    ["missing", undefined, undefined],
    ["impossible", "2026-02-30T00:00:00Z", ["timestamp"]],
    ["no time at all", "soon", ["timestamp"]],
    ["an object", { seconds: 1 }, ["timestamp"]],
    ["too old", 1, ["timestamp"]],
    ["too new", iso(Date.now() + 3_600_000), ["timestamp"]],
  ])("a time that is %s refuses nothing", async (what, timestamp, ignored) => {
    const log = { message: `odd time ${what}`, timestamp };
    const message = { ...log, author_id: "1", thread_id: "2" };
    for (const body of [log, [log, { message: "beside it" }]])
      expect((await bot.api.send("POST /api/bot/{bot_id}/logs", { params: params(), body })).json.ignored).toEqual(
        ignored,
      );
    expect((await bot.api.send("POST /api/bot/{bot_id}/messages", { params: params(), body: message })).json).toEqual({
      status: "ok",
      ...(ignored && { ignored }),
    });
    const stored = await lineOf(what);
    expect(stored.timestamp).toBe(stored.received_at);
  });

  it.each([
    ["zone-less", (at: number) => iso(at).replace("Z", "000")],
    ["in seconds", (at: number) => at / 1000],
    ["in milliseconds", (at: number) => at],
  ])("a time that is %s is taken, on sockets too", async (what, write) => {
    const at = Date.now() - 600_000;
    const { client } = await connected({ token: bot.token });
    const watcher = await connected({ token: ada.jwt });
    const answer = await client.emitWithAck("log", { message: `sent ${what}`, timestamp: write(at) });
    expect(answer).toMatchObject({ status: "ok", received: 1 });
    expect(answer.ignored).toBeUndefined();
    const heard = await watcher.event("new_log", (log) => log.message === `sent ${what}`);
    expect(heard.timestamp).toBe(iso(at));
    expect(Date.parse(heard.received_at) - at).toBeGreaterThanOrEqual(600_000);
    const sent = await client.emitWithAck("message", {
      ...{ message: `sent ${what}`, author_id: 1, thread_id: 2, timestamp: "never" },
    });
    expect(sent.ignored).toEqual(["timestamp"]);
    expect((await lineOf(what.replace("-", " "))).timestamp).toBe(iso(at));
  });

  it("level or severity serves as the type when it is missing, single, in a batch and on sockets", async () => {
    const post = (body: unknown) => bot.api.send("POST /api/bot/{bot_id}/logs", { params: params(), body });
    await post({ message: "pino fatality", level: 60 });
    await post([{ message: "syslog trouble", severity: "err" }]);
    const { client } = await connected({ token: bot.token });
    await client.emitWithAck("log", { message: "winston warning", level: "warn" });
    expect((await lineOf("fatality")).type).toBe("critical");
    expect((await lineOf("trouble")).level).toBe("error");
    expect((await lineOf("winston")).type).toBe("warning");
  });
});
