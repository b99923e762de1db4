/** A sharded bot: several programs, each with some of its shards. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listInstances } from "@/lib/fleet/bots/contract.instances";
import { sendCommand } from "@/lib/fleet/commands/contract";
import { getBotData } from "@/lib/fleet/telemetry/contract";
import { aBot, aUser, type TestBot, type TestUser } from "../factories";
import { closeSockets, connected, refusal } from "../sockets";

let owner: TestUser;
let bot: TestBot;
beforeEach(async () => {
  owner = await aUser();
  bot = await aBot(owner);
});
afterEach(closeSockets);

const params = () => ({ bot_id: bot.id });
const program = (instance: string, shards: number[], of = 4) =>
  connected({ token: bot.token, auth: { instance, part: { shards, of } } });
const shown = async () => {
  const { status, bot: found } = (await owner.api.send("GET /api/bot/{bot_id}/status", { params: params() })).json;
  return { status, parts: found.parts };
};
const instances = () => owner.api.call(listInstances, { params: params() });

describe("status", () => {
  it("is reported for each part and as a sum, over sockets and polls", async () => {
    expect(await shown()).toEqual({ status: "offline", parts: null });
    const first = await program("a", [0, 1]);
    await expect.poll(shown).toEqual({ status: "degraded", parts: { online: 2, of: 4 } });
    const headers = { "x-bot-instance": "b", "x-bot-part": "2-3/4" };
    await bot.api.send("GET /api/bot/{bot_id}/commands", { params: params(), headers });
    await expect.poll(shown).toEqual({ status: "online", parts: { online: 4, of: 4 } });

    const body = { status: "disconnected", part: { shards: [3, 2], of: 4 } };
    expect((await bot.api.send("POST /api/bot/{bot_id}/status", { params: params(), body })).json.bot).toMatchObject({
      status: "degraded",
      parts: { online: 2, of: 4 },
    });
    // One part that comes back does not bring the other online.
    await first.client.emitWithAck("status", { status: "online" });
    expect(await shown()).toEqual({ status: "degraded", parts: { online: 2, of: 4 } });
    expect((await instances()).parts).toEqual([
      { shards: [0, 1], of: 4, status: "online" },
      { shards: [2, 3], of: 4, status: "disconnected" },
    ]);
    await first.client.emitWithAck("status", { status: "reconnecting" });
    expect(await shown()).toEqual({ status: "reconnecting", parts: { online: 0, of: 4 } });
  });

  it("marks a part offline when its program was silent for too long", async () => {
    const [first] = [await program("a", [0], 2), await program("b", [1], 2)];
    await expect.poll(shown).toEqual({ status: "online", parts: { online: 2, of: 2 } });
    first.client.close();
    await expect.poll(shown).toEqual({ status: "degraded", parts: { online: 1, of: 2 } });
  });
});

describe("the single-instance guard", () => {
  it("lets disjoint parts run side by side and reports programs that share a shard", async () => {
    const watcher = await connected({ token: owner.jwt });
    await program("a", [0, 1]);
    await program("b", [2, 3]);
    await expect.poll(async () => (await instances()).instances.length).toBe(2);
    expect(await instances()).toMatchObject({ conflict: false });
    await program("c", [1]);
    await watcher.event("bot_instances", (event) => event.bot_id === bot.id && event.conflict);
    const line = "POST /api/bot/{bot_id}/instances/{instance}/keep";
    const kept = await owner.api.send(line, { params: { ...params(), instance: "c" } });
    expect([kept.status, kept.json.refused.map((one: { instance: string }) => one.instance)]).toEqual([200, ["a"]]);
    expect(await refusal({ token: bot.token, auth: { instance: "a", part: { shards: [0, 1], of: 4 } } })).toMatchObject(
      {
        code: "SUPERSEDED",
      },
    );
  });
});

describe("commands", () => {
  const send = async (shard?: number) =>
    (
      await owner.api.call(sendCommand, {
        params: params(),
        body: { type: "ping", shard },
      })
    ).command;
  const poll = async (part: string) => {
    const headers = { "x-bot-instance": part.replace("/", "."), "x-bot-part": part };
    const { json } = await bot.api.send("GET /api/bot/{bot_id}/commands", { params: params(), headers });
    return json.commands.map((command: { id: string }) => command.id);
  };

  it("go to the program that holds their shard, over sockets", async () => {
    const [low, high] = [await program("low", [0, 1]), await program("high", [2, 3])];
    const [first, last, any] = [await send(1), await send(3), await send()];
    await low.event("new_command", ({ id }) => id === first.id);
    await high.event("new_command", ({ id }) => id === last.id);
    await expect.poll(() => [...low.heard, ...high.heard].filter(([name]) => name === "new_command")).toHaveLength(3);
    expect(low.heard.some(([, data]) => data?.id === last.id)).toBe(false);
    expect(high.heard.some(([, data]) => data?.id === first.id)).toBe(false);
    expect(any.shard).toBeNull();
  });

  it("are refused with CONFLICT when their idempotency key was used for another shard", async () => {
    const repeat = (shard?: number) =>
      owner.api.send("POST /api/bot/{bot_id}/send-command", {
        params: params(),
        body: { type: "ping", shard, idempotency_key: "once" },
      });
    expect([(await repeat(1)).status, (await repeat(1)).status]).toEqual([200, 200]);
    expect([(await repeat(2)).json.code, (await repeat()).json.code]).toEqual(["CONFLICT", "CONFLICT"]);
  });

  it("wait for their program's poll", async () => {
    const [for3, any] = [await send(3), await send()];
    expect(await poll("0-1/4")).toEqual([any.id]);
    expect(await poll("0-1/4")).toEqual([]);
    expect(await poll("2-3/4")).toEqual([for3.id]);
  });
});

describe("synced data", () => {
  it("is stored for each part and read as one", async () => {
    const sync = (part: object, groups: object[], metadata: object) =>
      bot.api.send("POST /api/bot/{bot_id}/sync", { params: params(), body: { part, groups, metadata } });
    const [low, high] = [
      { shards: [0], of: 2 },
      { shards: [1], of: 2 },
    ];
    await sync(low, [{ id: "1", name: "one" }], { low: true });
    await sync(high, [{ id: "2", name: "two" }], { high: true });
    await sync(
      low,
      [
        { id: "1", name: "uno" },
        { id: "3", name: "three" },
      ],
      { low: 2 },
    );
    const { data } = await owner.api.call(getBotData, { params: params() });
    expect(data).toEqual({
      groups: [
        { id: "1", name: "uno" },
        { id: "3", name: "three" },
        { id: "2", name: "two" },
      ],
      metadata: { low: 2, high: true },
    });
  });
});

describe("programs that hold more shards than a bot has", () => {
  const all = Array.from({ length: 16_384 }, (_, shard) => shard);
  const without = (shard: number) => ({ shards: all.filter((one) => one !== shard), of: 16_384 });

  it("are refused when they report or poll, so that each report stays cheap", async () => {
    const report = (shard: number) =>
      bot.api.send("POST /api/bot/{bot_id}/status", {
        params: params(),
        body: { status: "online", part: without(shard) },
      });
    expect([(await report(1)).status, (await report(2)).status]).toEqual([200, 200]);
    const third = await report(3);
    expect([third.status, third.json.details.field]).toEqual([400, "part"]);
    // A shard layout that was accepted before is accepted again.
    expect((await report(2)).status).toBe(200);

    const poll = (instance: string) => {
      const headers = { "x-bot-instance": instance, "x-bot-part": "0,2-16383/16384" };
      return bot.api.send("GET /api/bot/{bot_id}/commands", { params: params(), headers });
    };
    expect([(await poll("a")).status, (await poll("b")).status, (await poll("a")).status]).toEqual([200, 200, 200]);
    const last = await poll("c");
    expect([last.status, last.json.details.field]).toEqual([400, "part"]);
    expect((await instances()).instances).toHaveLength(2);
    const part = { shards: [0, 1, 2], of: 16_384 };
    const refused = await refusal({ token: bot.token, auth: { instance: "d", part } });
    expect(refused).toMatchObject({ code: "INVALID_INPUT" });
  });

  it("cannot exceed the sync limit by sending the same data for each part", async () => {
    const groups = Array.from({ length: 1_000 }, (_, id) => ({ id, text: "x".repeat(3_900) }));
    const sync = async (shard: number) =>
      (
        await bot.api.send("POST /api/bot/{bot_id}/sync", {
          params: params(),
          body: { part: { shards: [shard], of: 8 }, groups },
        })
      ).status;
    expect([await sync(0), await sync(1), await sync(2), await sync(3)]).toEqual([200, 200, 200, 200]);
    expect([await sync(4), await sync(3)]).toEqual([413, 200]);
  });
});

it("refuses shards that take thousands of characters as ranges, wherever they are named", async () => {
  const part = { shards: Array.from({ length: 2_000 }, (_, at) => 2 * at), of: 4_000 };
  for (const [path, body] of [
    ["status", { status: "online", part }],
    ["sync", { metadata: {}, part }],
  ] as const) {
    const { status, json } = await bot.api.send(`POST /api/bot/{bot_id}/${path}`, { params: params(), body });
    expect([status, json.details.field]).toEqual([400, "part.shards"]);
  }
});

it("drops the synced data of a part once its shards belong to others", async () => {
  const sync = (shards: number[], groups: object[]) =>
    bot.api.send("POST /api/bot/{bot_id}/sync", { params: params(), body: { part: { shards, of: 4 }, groups } });
  await sync([0, 1], [{ id: "left" }]);
  await sync([2, 3], [{ id: "kept" }]);
  await sync([0], [{ id: "new" }]);
  const { data } = await owner.api.call(getBotData, { params: params() });
  expect(data.groups).toEqual(expect.arrayContaining([{ id: "kept" }, { id: "new" }]));
  expect(data.groups).toHaveLength(2);
});

it.each([
  [{ shards: [4], of: 4 }, "part.shards"],
  [{ shards: [], of: 4 }, "part.shards"],
  [{ shards: [0] }, "part.of"],
  ["0/4", "part"],
])("refuses the part %j by name", async (part, field) => {
  const body = { status: "online", part };
  const { status, json } = await bot.api.send("POST /api/bot/{bot_id}/status", { params: params(), body });
  expect([status, json.details.field]).toEqual([400, field]);
  const headers = { "x-bot-part": "4/4" };
  const byHeader = await bot.api.send("POST /api/bot/{bot_id}/status", { params: params(), body: {}, headers });
  expect([byHeader.status, byHeader.json.details.field]).toEqual([400, "X-Bot-Part"]);
});
