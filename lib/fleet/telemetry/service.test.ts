import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Actor } from "@/lib/core/actor";
import { db } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { Command } from "@/lib/fleet/commands/contract";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, openRoom } from "@/tests/db/rooms";
import { exportLogs, Log, listLogs, listMessages, Message, postLogs } from "./contract";
import type { Download } from "./export";
import { createTelemetryService } from "./service";
import { createTelemetryStore } from "./store";
import { createReader } from "./store.read";
import { createRetentionStore } from "./store.retention";
import { createPartDataStore } from "./store.shards";

const NOON = Date.parse("2026-01-01T12:00:00.000Z");
const user = (
  user_id: number,
  role: "user" | "moderator" | "admin" = "user",
  scope: "read" | "admin" = "admin",
): Actor => ({
  kind: "user",
  user_id,
  username: `u${user_id}`,
  email: "",
  fullname: "",
  role,
  scope,
  created_at: "",
});
const botActor = (bot_id: string): Actor => ({
  kind: "bot",
  bot_id,
  owner_id: OWNERS[bot_id] ?? null,
  unclaimed: false,
});
const OWNERS: Record<string, number> = { ada: 1, bob: 2 };
const logQuery = (over: Record<string, string> = {}) => listLogs.query.parse(over);
const messageQuery = (over: Record<string, string> = {}) => listMessages.query.parse(over);
const exportQuery = (over: Record<string, string> = {}) => exportLogs.query.parse(over);
const logInput = (input: unknown) => postLogs.body.parse(input);

async function text({ stream }: Download): Promise<string> {
  let whole = "";
  for await (const chunk of stream) whole += chunk;
  return whole;
}

describe.each(databases)("telemetry on $provider", (kind) => {
  let database: TestDatabase;
  const emit = vi.fn();
  const seen = vi.fn();
  let ids = 0;
  const service = createTelemetryService({
    store: createTelemetryStore(),
    partData: createPartDataStore(),
    logs: createReader("log"),
    messages: createReader("message"),
    retention: createRetentionStore(),
    bots: {
      async reach(actor, botId, need) {
        const owner = OWNERS[botId];
        const mine = actor.kind === "bot" ? actor.bot_id === botId : actor.kind === "user" && actor.user_id === owner;
        const staff = actor.kind === "user" && actor.role !== "user";
        if (owner === undefined || !(mine || staff)) throw new AppError("NOT_FOUND", "No bot");
        if (need === "manage" && !mine) throw new AppError("FORBIDDEN", "You can see this bot but not change it");
        return { id: botId, owner_id: owner };
      },
      get: async (_actor, id) => ({ id, name: id }) as Bot,
      seen,
    },
    commands: {
      list: async (_actor, { cursor }) => ({
        commands: [{ id: cursor ? "cmd_1" : "cmd_2" }] as Command[],
        count: 2,
        next_cursor: cursor ? null : "2",
      }),
    },
    emit,
    now: () => NOON,
    newId: () => `msg_${++ids}`,
  });

  beforeAll(async () => {
    database = await openRoom(kind);
    for (const [id, owner_id] of Object.entries(OWNERS)) await aStoredBot({ id, owner_id, name: id });
  });
  beforeEach(async () => {
    for (const table of ["log", "message", "setting"]) await db().run(`DELETE FROM ${table}`);
    vi.clearAllMocks();
  });
  afterAll(() => database.close());

  const post = (bot: string, ...logs: object[]) => service.postLogs(botActor(bot), bot, logInput(logs));

  it("stores a bot's logs, marks its heartbeat and announces them as the contract has them", async () => {
    expect(await service.postLogs(botActor("ada"), "ada", logInput({ message: "up", metadata: { shard: 1 } }))).toEqual(
      {
        received: 1,
      },
    );
    expect(seen).toHaveBeenCalledWith("ada");
    expect(emit).toHaveBeenCalledTimes(1);
    const [name, fact] = emit.mock.calls[0]!;
    expect(name).toBe("logs.stored");
    expect(fact).toMatchObject({ bot_id: "ada", owner_id: 1 });
    const { logs } = await service.listLogs(user(1), logQuery());
    expect(fact.logs.map((log: unknown) => Log.parse(log))).toEqual(logs);
    expect(logs[0]).toMatchObject({
      type: "info",
      message: "up",
      metadata: { shard: 1 },
      timestamp: "2026-01-01T12:00:00.000Z",
    });
  });

  it("takes an empty array for nothing, and counts a whole one", async () => {
    expect(await post("ada")).toEqual({ received: 0 });
    expect(emit).not.toHaveBeenCalled();
    expect(await post("ada", { message: "a" }, { message: "b" }, { message: "c" })).toEqual({ received: 3 });
  });

  it("stores messages, and announces them with their ids", async () => {
    const message = {
      message: "hi\0",
      author_id: "7",
      author_name: "Bob",
      thread_id: "42",
      thread_type: "GROUP" as const,
    };
    expect(await service.postMessages(botActor("ada"), "ada", message)).toEqual({ received: 1 });
    const { messages } = await service.listMessages(user(1), messageQuery({ thread_id: "42" }));
    expect(messages).toHaveLength(1);
    expect(messages[0]!.message).toBe("hi\uFFFD");
    expect(emit.mock.calls[0]![1].messages.map((one: unknown) => Message.parse(one))).toEqual(messages);
  });

  it("keeps when a line happened beside when it came, and names a time it could not use", async () => {
    const given = [
      ["2026-01-01T11:00:00Z", "2026-01-01T11:00:00.000Z"],
      ["2026-01-01T11:00:00.123456", "2026-01-01T11:00:00.123Z"],
      [1767264000.5, "2026-01-01T10:40:00.500Z"],
      ["2026-02-30T00:00:00Z", "2026-01-01T12:00:00.000Z"],
      [{ seconds: 1 }, "2026-01-01T12:00:00.000Z"],
      [null, "2026-01-01T12:00:00.000Z"],
    ] as const;
    const lines = given.map(([timestamp], at) => ({ message: `line ${at}`, timestamp }));
    expect(await post("ada", ...lines)).toEqual({ received: 6, ignored: ["timestamp"] });
    expect(await post("ada", { message: "good", timestamp: NOON - 1000 })).toEqual({ received: 1 });
    const { logs } = await service.listLogs(user(1), logQuery({ search: "line" }));
    expect(logs.map((log) => log.timestamp).reverse()).toEqual(given.map(([, expected]) => expected));
    expect(new Set(logs.map((log) => log.received_at))).toEqual(new Set(["2026-01-01T12:00:00.000Z"]));
    const [, fact] = emit.mock.calls[0]!;
    expect(fact.logs).toEqual([...logs].reverse());
    const before = await service.listLogs(user(1), logQuery({ before: "2026-01-01T12:30:00+01:00" }));
    expect(before.logs.map((log) => log.message)).toEqual(["line 2", "line 1", "line 0"]);
    const message = { message: "hi", author_id: "7", author_name: "", thread_id: "42", thread_type: "USER" as const };
    expect(
      await service.postMessages(botActor("ada"), "ada", [
        { ...message, timestamp: "2026-01-01 10:00:00" },
        { ...message, timestamp: "soon" },
      ]),
    ).toEqual({ received: 2, ignored: ["timestamp"] });
    const { messages } = await service.listMessages(user(1), messageQuery());
    expect(messages.map((one) => one.timestamp)).toEqual(["2026-01-01T12:00:00.000Z", "2026-01-01T10:00:00.000Z"]);
    expect(emit.mock.calls.at(-1)![1].messages).toEqual([...messages].reverse());
  });

  it("takes level or severity for the type when there is none", async () => {
    const given = [
      [{ level: "WARN" }, "warning"],
      [{ level: 50 }, "error"],
      [{ level: "fatal" }, "critical"],
      [{ severity: "err" }, "error"],
      [{ severity: 4 }, "warning"],
      [{ level: null, severity: "NOTICE" }, "notice"],
      [{ type: "event", level: 50 }, "event"],
      [{}, "info"],
      [{ level: { name: "error" } }, "info"],
    ] as const;
    const answer = await post("ada", ...given.map(([fields], at) => ({ message: `line ${at}`, ...fields })));
    expect(answer).toEqual({ received: 9, ignored: ["level"] });
    const { logs } = await service.listLogs(user(1), logQuery());
    expect(logs.map((log) => log.type).reverse()).toEqual(given.map(([, expected]) => expected));
  });

  it("lets an owner store for the bot, without a heartbeat", async () => {
    expect(await service.postLogs(user(1), "ada", logInput({ message: "by hand" }))).toEqual({ received: 1 });
    expect(seen).not.toHaveBeenCalled();
  });

  it.each([
    ["NOT_FOUND", "another bot", botActor("bob")],
    ["NOT_FOUND", "another user", user(2)],
    ["FORBIDDEN", "a moderator", user(9, "moderator")],
  ])("refuses storing with %s for %s", async (code, _who, actor) => {
    await expect(service.postLogs(actor, "ada", logInput({ message: "x" }))).rejects.toMatchObject({ code });
    await expect(service.sync(actor, "ada", { groups: [] })).rejects.toMatchObject({ code });
    expect(emit).not.toHaveBeenCalled();
  });

  it("lists what the caller may see and nothing else", async () => {
    await post("ada", { message: "of ada" });
    await post("bob", { message: "of bob" });
    const listed = async (actor: Actor, over = {}) =>
      (await service.listLogs(actor, logQuery(over))).logs.map((log) => log.message);
    expect(await listed(user(1))).toEqual(["of ada"]);
    expect(await listed(botActor("bob"))).toEqual(["of bob"]);
    expect(await listed(user(9, "moderator"))).toEqual(["of bob", "of ada"]);
    expect(await listed(user(9, "admin"), { bot_id: "ada" })).toEqual(["of ada"]);
    expect(await listed(user(3))).toEqual([]);
    await expect(listed(user(1), { bot_id: "bob" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(listed(user(1), { bot_id: "nope" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(listed({ kind: "public", ip: "::1" })).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("pages with next_cursor, null at the end, and replays with since", async () => {
    await post("ada", ...Array.from({ length: 5 }, (_, i) => ({ message: `m${i}` })));
    const first = await service.listLogs(user(1), logQuery({ limit: "2" }));
    expect(first).toMatchObject({ count: 2, logs: [{ message: "m4" }, { message: "m3" }] });
    const second = await service.listLogs(user(1), logQuery({ limit: "3", cursor: first.next_cursor! }));
    expect(second).toMatchObject({ count: 3, next_cursor: null });
    const since = await service.listLogs(user(1), logQuery({ limit: "2", since: String(second.logs[1]!.id) }));
    expect(since.logs.map((log) => log.message)).toEqual(["m2", "m3"]);
    const rest = await service.listLogs(user(1), logQuery({ limit: "2", since: since.next_cursor! }));
    expect(rest).toMatchObject({ count: 1, next_cursor: null, logs: [{ message: "m4" }] });
    expect(await service.listLogs(user(1), logQuery({ limit: "0" }))).toEqual({
      logs: [],
      count: 0,
      next_cursor: null,
    });
    expect((await service.listLogs(user(1), logQuery({ cursor: "9".repeat(16) }))).count).toBe(5);
  });

  it("takes warn for warning, several levels and any case", async () => {
    await post("ada", ...["info", "warn", "WARNING", "error", "debug"].map((type) => ({ type, message: type })));
    const types = async (level: string) =>
      (await service.listLogs(user(1), logQuery({ level }))).logs.map((log) => log.type);
    expect(await types("warning")).toEqual(["WARNING", "warn"]);
    expect(await types("warn")).toEqual(["WARNING", "warn"]);
    expect(await types("Error, info")).toEqual(["error", "info"]);
    expect(await types("nothing")).toEqual([]);
  });

  it("answers every odd query without failing", async () => {
    await post("ada", { message: "a line" });
    for (const search of [
      '"',
      "*",
      "a AND",
      "NEAR(a b)",
      "scope:o1",
      "a' OR 1=1",
      "\\",
      "%",
      "\u0000",
      "{",
      "a:*b",
      "!a",
      "|",
      "<->",
    ])
      for (const level of ["'", '"', ",", "t:*", "\u0000"])
        await expect(service.listLogs(user(1), logQuery({ search, level }))).resolves.toBeDefined();
    await expect(service.listMessages(user(1), messageQuery({ thread_id: "\u0000'\"*" }))).resolves.toBeDefined();
  });

  it("exports the newest rows oldest first, in the documented shape", async () => {
    await post(
      "ada",
      ...Array.from({ length: 950 }, (_, i) => ({ message: `line ${i}`, type: i % 2 ? "info" : "error" })),
    );
    const file = await service.exportLogs(user(1), exportQuery({ limit: "700" }));
    const json = exportLogs.response.parse(JSON.parse(await text(file)));
    expect(file.filename).toBe("logs-20260101T120000Z.json");
    expect(json.count).toBe(700);
    expect(json.logs.map((log) => log.message)).toEqual(Array.from({ length: 700 }, (_, i) => `line ${i + 250}`));
    const errors = await text(
      await service.exportLogs(user(1), exportQuery({ limit: "3", level: "error", format: "ndjson" })),
    );
    expect(
      errors
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).message),
    ).toEqual(["line 944", "line 946", "line 948"]);
    expect(JSON.parse(await text(await service.exportLogs(user(3), exportQuery())))).toMatchObject({
      count: 0,
      logs: [],
    });
    expect(JSON.parse(await text(await service.exportLogs(user(1), exportQuery({ limit: "0" }))))).toMatchObject({
      count: 0,
    });
    await expect(service.exportLogs(user(1), exportQuery({ bot_id: "bob" }))).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("writes CSV that a spreadsheet does not run", async () => {
    await post(
      "ada",
      { message: '=HYPERLINK("http://x")' },
      { message: "\n=2" },
      { message: 'two "quoted"\nlines, here', metadata: { a: 1 } },
    );
    const file = await service.exportLogs(user(1), exportQuery({ bot_id: "ada", format: "csv" }));
    expect(file.contentType).toContain("text/csv");
    const csv = await text(file);
    expect(csv.split("\n")[0]).toBe("id,timestamp,bot_id,type,message,metadata,received_at");
    expect(csv).toContain(`,"'\n=2",`);
    const query = exportQuery({ bot_id: "ada", format: "csv", bom: "1" });
    expect(await text(await service.exportLogs(user(1), query))).toBe(`\uFEFF${csv}`);
    expect(csv).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(csv).toContain('"two ""quoted""\nlines, here","{""a"":1}"');
  });

  it("exports a bot whole", async () => {
    await post("ada", { message: "one" }, { message: "two" });
    await service.sync(botActor("ada"), "ada", { groups: [{ id: 1 }], metadata: { v: 2 } });
    const file = await service.exportBot(user(1), "ada");
    expect(JSON.parse(await text(file))).toMatchObject({
      exported_at: "2026-01-01T12:00:00.000Z",
      bot: { id: "ada" },
      data: { groups: [{ id: 1 }], metadata: { v: 2 } },
      commands: [{ id: "cmd_2" }, { id: "cmd_1" }],
      logs: [{ message: "one" }, { message: "two" }],
      messages: [],
    });
  });

  it("announces synced data and tells when it came", async () => {
    await db().run("DELETE FROM bot_data WHERE bot_id = 'ada'");
    expect(await service.data(user(1), "ada")).toBeNull();
    await service.sync(botActor("ada"), "ada", { friends: ["x"] });
    expect(emit).toHaveBeenCalledWith("data.synced", { bot_id: "ada", owner_id: 1, data: { friends: ["x"] } });
    expect(await service.data(user(1), "ada")).toEqual({
      data: { friends: ["x"] },
      updated_at: "2026-01-01T12:00:00.000Z",
    });
    await expect(service.data(user(2), "ada")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("changes retention for admins only", async () => {
    expect((await service.putRetention(user(9, "admin"), { logs_days: 7 })).retention.logs_days).toBe(7);
    expect(await service.getRetention(user(9, "admin"))).toMatchObject({
      retention: { logs_days: 7, commands_days: 90 },
    });
    await expect(service.putRetention(user(9, "moderator"), { logs_days: 1 })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(service.putRetention(user(9, "admin", "read"), { logs_days: 1 })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(service.getRetention(user(1))).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});
