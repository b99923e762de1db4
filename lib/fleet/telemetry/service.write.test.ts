import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { addOwnedBots, botActor, clearTelemetry, NOON, telemetryRoom } from "@/tests/db/telemetry";
import { getBotData, Log, Message } from "./contract";

describe.each(databases)("what bots post on $provider", (kind) => {
  let database: TestDatabase;
  const room = telemetryRoom();

  beforeAll(async () => {
    database = await openRoom(kind);
    await addOwnedBots();
  });
  beforeEach(async () => {
    await clearTelemetry();
    vi.clearAllMocks();
  });
  afterAll(() => database.close());

  it("stores a bot's logs, marks its heartbeat and announces them as the contract has them", async () => {
    expect(await room.postAs(botActor("ada"), "ada", { message: "up", metadata: { shard: 1 } })).toEqual({
      status: "ok",
      received: 1,
    });
    expect(room.seen).toHaveBeenCalledWith("ada");
    expect(room.emit).toHaveBeenCalledTimes(1);
    const [name, fact] = room.emit.mock.calls[0]!;
    expect(name).toBe("logs.stored");
    expect(fact).toMatchObject({ bot_id: "ada", team_id: 1 });
    const { logs } = await room.logs(actor(1));
    expect(fact.logs.map((log: unknown) => Log.parse(log))).toEqual(logs);
    expect(logs[0]).toMatchObject({
      type: "info",
      message: "up",
      metadata: { shard: 1 },
      timestamp: "2026-01-01T12:00:00.000Z",
    });
  });

  it("stores nothing for an empty array, and counts a whole one", async () => {
    expect(await room.post("ada")).toEqual({ status: "ok", received: 0 });
    expect(room.emit).not.toHaveBeenCalled();
    expect(await room.post("ada", { message: "a" }, { message: "b" }, { message: "c" })).toEqual({
      status: "ok",
      received: 3,
    });
  });

  it("stores messages, and announces them with their ids", async () => {
    const message = {
      message: "hi\0",
      author_id: "7",
      author_name: "Bob",
      thread_id: "42",
      thread_type: "GROUP" as const,
    };
    expect(await room.postMessages("ada", message)).toEqual({ status: "ok" });
    const { messages } = await room.messages(actor(1), { thread_id: "42" });
    expect(messages).toHaveLength(1);
    expect(messages[0]!.message).toBe("hi\uFFFD");
    expect(room.emit.mock.calls[0]![1].messages.map((one: unknown) => Message.parse(one))).toEqual(messages);
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
    expect(await room.post("ada", ...lines)).toEqual({ status: "ok", received: 6, ignored: ["timestamp"] });
    expect(await room.post("ada", { message: "good", timestamp: NOON - 1000 })).toEqual({ status: "ok", received: 1 });
    const { logs } = await room.logs(actor(1), { search: "line" });
    expect(logs.map((log) => log.timestamp).reverse()).toEqual(given.map(([, expected]) => expected));
    expect(new Set(logs.map((log) => log.received_at))).toEqual(new Set(["2026-01-01T12:00:00.000Z"]));
    const [, fact] = room.emit.mock.calls[0]!;
    expect(fact.logs).toEqual([...logs].reverse());
    const before = await room.logs(actor(1), { before: "2026-01-01T12:30:00+01:00" });
    expect(before.logs.map((log) => log.message)).toEqual(["line 2", "line 1", "line 0"]);
    const message = { message: "hi", author_id: "7", author_name: "", thread_id: "42", thread_type: "USER" as const };
    expect(
      await room.postMessages("ada", [
        { ...message, timestamp: "2026-01-01 10:00:00" },
        { ...message, timestamp: "soon" },
      ]),
    ).toEqual({ status: "ok", ignored: ["timestamp"] });
    const { messages } = await room.messages(actor(1));
    expect(messages.map((one) => one.timestamp)).toEqual(["2026-01-01T12:00:00.000Z", "2026-01-01T10:00:00.000Z"]);
    expect(room.emit.mock.calls.at(-1)![1].messages).toEqual([...messages].reverse());
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
    const answer = await room.post("ada", ...given.map(([fields], at) => ({ message: `line ${at}`, ...fields })));
    expect(answer).toEqual({ status: "ok", received: 9, ignored: ["level"] });
    const { logs } = await room.logs(actor(1));
    expect(logs.map((log) => log.type).reverse()).toEqual(given.map(([, expected]) => expected));
  });

  it("lets an owner store for the bot, without a heartbeat", async () => {
    expect(await room.postAs(actor(1), "ada", { message: "by hand" })).toEqual({ status: "ok", received: 1 });
    expect(room.seen).not.toHaveBeenCalled();
  });

  it.each([
    ["NOT_FOUND", "another bot", botActor("bob")],
    ["NOT_FOUND", "another user", actor(2)],
    ["FORBIDDEN", "a moderator", actor(9, "moderator")],
  ])("refuses storing with %s for %s", async (code, _who, actor) => {
    await expect(room.postAs(actor, "ada", { message: "x" })).rejects.toMatchObject({ code });
    await expect(room.service.sync(actor, "ada", { groups: [] })).rejects.toMatchObject({ code });
    expect(room.emit).not.toHaveBeenCalled();
  });

  it("announces synced data and shows when it came", async () => {
    expect(await room.service.data(actor(1), "ada")).toBeNull();
    await room.service.sync(botActor("ada"), "ada", { friends: ["x"] });
    expect(room.emit).toHaveBeenCalledWith("data.synced", { bot_id: "ada", team_id: 1, data: { friends: ["x"] } });
    const reply = { source: "database", ...(await room.service.data(actor(1), "ada")) };
    expect(getBotData.response.parse(reply)).toEqual({
      data: { friends: ["x"] },
      source: "database",
      updated_at: "2026-01-01T12:00:00.000Z",
    });
    await expect(room.service.data(actor(2), "ada")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
