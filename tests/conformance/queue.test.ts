/** Muster's additions to the queue, and manifests, over HTTP and Socket.IO, with every refusal by its code. */
import { createConnection } from "node:net";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cancelCommand, getCommand, listBotCommands, listCommands, sendCommand } from "@/lib/fleet/commands/contract";
import { ackCommand, pollCommands, reportProgress } from "@/lib/fleet/commands/contract.bot";
import { retryCommand, retryFailedCommands, sendBulkCommand } from "@/lib/fleet/commands/contract.many";
import { getCommonManifest, getManifest, putManifest } from "@/lib/fleet/manifests/contract";
import type { Json } from "../api";
import { eventually } from "../eventually";
import { aBot, aUser, type TestBot, type TestUser } from "../factories";
import { closeSockets, connected } from "../sockets";
import { theServer } from "../the-server";

const SEND = "POST /api/bot/{bot_id}/send-command";
const ACK = "POST /api/commands/{command_id}/ack";
let ada: TestUser;
let eve: TestUser;
let bot: TestBot;
beforeAll(async () => {
  [ada, eve] = await Promise.all([aUser(), aUser()]);
});
beforeEach(async () => {
  bot = await aBot(ada);
});
afterEach(closeSockets);

const params = () => ({ bot_id: bot.id });
const send = (body: Json = {}, headers?: Record<string, string>) =>
  ada.api.call(sendCommand, { params: params(), body: { type: "ping", ...body }, headers });
const poll = async (query = {}) => (await bot.api.call(pollCommands, { params: params(), query })).commands;
const read = async (command_id: string) => (await ada.api.call(getCommand, { params: { command_id } })).command;
const ack = (command_id: string, status: "completed" | "failed") =>
  bot.api.call(ackCommand, { params: { command_id }, body: { status } });
const aFailedCommand = async (type = "ping") => {
  const { command } = await send({ type });
  await poll();
  await ack(command.id, "failed");
  return command;
};
const commandThat = (id: string, fits: (command: Awaited<ReturnType<typeof read>>) => boolean) =>
  eventually(() => read(id), fits);

describe("connections that break during a delivery", () => {
  const ids = (heard: [string, Json][]) =>
    heard.filter(([name]) => name === "new_command").map(([, command]) => command.id);

  it("push unconfirmed commands to the bot's next socket, oldest first and under the same lease", async () => {
    const dying = await connected({ token: bot.token });
    // A frozen program: it receives bytes but does not process them.
    dying.client.io.engine.removeAllListeners("packet");
    const first = (await send({ type: "first" })).command;
    const second = (await send({ type: "second" })).command;
    const back = await connected({ token: bot.token });
    const third = (await send({ type: "third" })).command;
    await back.event("new_command", (command) => command.id === third.id);
    expect(ids(back.heard)).toEqual([first.id, second.id, third.id]);
    expect(await read(first.id)).toMatchObject({ attempts: 1, lease_expires_at: first.lease_expires_at });
  });

  it("repeat the commands of a poll whose connection was reset", async () => {
    const { hostname, port } = new URL(theServer().url);
    const { command } = await send();
    const line = createConnection({ host: hostname, port: Number(port) }).pause();
    line.on("error", () => {});
    line.write(
      `GET /api/bot/${bot.id}/commands HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${bot.token}\r\n\r\n`,
    );
    await commandThat(command.id, ({ dispatched_at }) => dispatched_at !== null);
    line.resetAndDestroy();
    expect((await poll({ wait: 30 })).map(({ id, attempts }) => [id, attempts])).toEqual([[command.id, 1]]);
  });

  it("repeat nothing that the poll's client has read", async () => {
    await send();
    expect(await poll()).toHaveLength(1);
    expect(await poll()).toEqual([]);
  });
});

describe("idempotency keys", () => {
  it.each([
    ["in the header", {}, { "idempotency-key": "k" }],
    ["in the body", { idempotency_key: "k" }, undefined],
  ])("%s queue a command once", async (_, body, headers) => {
    const first = await send(body, headers);
    const again = await send(body, headers);
    expect(again.command.id).toBe(first.command.id);
    const history = await ada.api.call(listBotCommands, { params: params() });
    expect(history.count).toBe(1);
    const other = { params: params(), body: { type: "pong", ...body }, headers };
    await ada.api.refused(SEND, "CONFLICT", other);
  });

  it("work on every route that sends", async () => {
    const headers = { "idempotency-key": "same" };
    const input = { params: params(), headers };
    const ids = new Set<string>();
    for (const [line, body] of [
      [SEND, { type: "ping" }],
      ["POST /api/bot/{bot_id}/cmd", { type: "ping" }],
      ["POST /api/commands", { bot_id: bot.id, type: "ping" }],
    ] as const)
      ids.add((await ada.api.send(line, { ...input, body })).json.command.id);
    expect(ids.size).toBe(1);
  });

  it("have a maximum length", async () => {
    const input = { params: params(), body: { type: "ping" } };
    await ada.api.refused(SEND, "INVALID_INPUT", { ...input, headers: { "idempotency-key": "x".repeat(201) } });
    await ada.api.refused(SEND, "INVALID_INPUT", { ...input, body: { type: "ping", idempotency_key: "" } });
  });
});

describe("the order of delivery", () => {
  it("is by priority, then by age", async () => {
    for (const body of [{ type: "a" }, { type: "b", priority: -1 }, { type: "c", priority: 9 }, { type: "d" }])
      await send(body);
    expect((await poll()).map(({ type }) => type)).toEqual(["c", "a", "d", "b"]);
  });

  it("waits for run_at, which the answer shows", async () => {
    // Far enough in the future that even a slow machine polls before it.
    const runAt = new Date(Date.now() + 4_000).toISOString();
    const { command, delivery } = await send({ run_at: runAt });
    expect([delivery.state, command.run_at]).toEqual(["scheduled", runAt]);
    expect(await poll()).toEqual([]);
    expect((await poll({ wait: 30 })).map(({ id }) => id)).toEqual([command.id]);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(runAt));
  });

  it("ends after expires_in: the command fails as expired, and the answer shows its time limit", async () => {
    const { command, delivery } = await send({ expires_in: 1 });
    expect(delivery).toMatchObject({ state: "queued", online: false });
    expect(delivery.text).toMatch(/^queued: the bot has never connected, expires .* UTC$/);
    expect(await commandThat(command.id, ({ status }) => status === "failed")).toMatchObject({ reason: "expired" });
    expect(await poll()).toEqual([]);
    const late = await bot.api.refused(ACK, "CONFLICT", { params: { command_id: command.id }, body: {} });
    expect(late.details?.command).toMatchObject({ id: command.id, reason: "expired" });
  });

  it("ends after max_attempts, when the command becomes undeliverable", async () => {
    const { command } = await send({ max_attempts: 1 });
    expect((await poll({ lease: 1 })).length).toBe(1);
    const dead = await commandThat(command.id, ({ status }) => status === "failed");
    expect(dead).toMatchObject({ reason: "dead", attempts: 1 });
  });

  it.each([
    { priority: 101 },
    { priority: 1.5 },
    { expires_in: 0 },
    { run_at: "tomorrow" },
    { run_at: "2999-01-01T00:00:00.000Z" },
    { max_attempts: 0 },
  ])("%j is refused by its name", async (body) => {
    const { details } = await ada.api.refused(SEND, "INVALID_INPUT", {
      params: params(),
      body: { type: "ping", ...body },
    });
    expect(details?.field).toBe(Object.keys(body)[0]);
  });
});

describe("progress", () => {
  const LINE = "POST /api/commands/{command_id}/progress";
  it("is reported by the bot over HTTP and Socket.IO and heard by its owner", async () => {
    const { command } = await send();
    await poll();
    const watcher = await connected({ token: ada.jwt });
    const input = { params: { command_id: command.id } };
    await bot.api.call(reportProgress, { ...input, body: { progress: 40, note: "12 of 30", lease: 600 } });
    expect(await watcher.event("command_update", (one) => one.progress === 40)).toMatchObject({
      id: command.id,
      progress_note: "12 of 30",
    });
    const { lease_expires_at } = await read(command.id);
    expect(Date.parse(lease_expires_at!)).toBeGreaterThan(Date.now() + 500_000);
    const own = await connected({ token: bot.token });
    const report = { command_id: command.id, progress: 80 };
    expect(await own.client.emitWithAck("progress", report)).toMatchObject({ status: "ok" });
    await watcher.event("command_update", (one) => one.progress === 80);
    await ack(command.id, "completed");
    await bot.api.refused(LINE, "CONFLICT", { ...input, body: { progress: 90 } });
  });

  it("is refused when it is empty, too large, or for another bot's command", async () => {
    const { command } = await send();
    const input = { params: { command_id: command.id } };
    for (const body of [{}, { progress: 101 }, { note: "x".repeat(501) }, { lease: 0 }])
      await bot.api.refused(LINE, "INVALID_INPUT", { ...input, body });
    await eve.api.refused(LINE, "NOT_FOUND", { ...input, body: { progress: 1 } });
    await (await aBot(ada)).api.refused(LINE, "FORBIDDEN", { ...input, body: { progress: 1 } });
  });
});

describe("cancel and retry", () => {
  const CANCEL = "POST /api/commands/{command_id}/cancel";
  const RETRY = "POST /api/commands/{command_id}/retry";
  it("a cancelled command is not delivered, and a late ack is refused", async () => {
    const { command } = await send();
    const [{ id } = { id: "" }] = await poll();
    const input = { params: { command_id: id } };
    const { command: cancelled } = await ada.api.call(cancelCommand, input);
    expect(cancelled).toMatchObject({ id: command.id, status: "failed", reason: "cancelled" });
    await ada.api.call(cancelCommand, input);
    for (const [reason, ids] of [
      ["cancelled", [id]],
      ["dead", []],
    ] as const) {
      const query = { bot_id: bot.id, reason };
      const listed = await ada.api.call(listCommands, { query });
      expect(listed.commands.map((one) => one.id)).toEqual(ids);
    }
    expect(await poll()).toEqual([]);
    await bot.api.refused(ACK, "CONFLICT", { ...input, body: { status: "completed" } });
    await eve.api.refused(CANCEL, "NOT_FOUND", input);
    const done = await send();
    await ack(done.command.id, "completed");
    await ada.api.refused(CANCEL, "CONFLICT", { params: { command_id: done.command.id } });
  });

  it("a failed command is retried as a new one that names it", async () => {
    const failed = await aFailedCommand();
    const { command } = await ada.api.call(retryCommand, { params: { command_id: failed.id } });
    expect(command).toMatchObject({ status: "pending", type: "ping", retry_of: failed.id });
    expect((await read(failed.id)).status).toBe("failed");
    await ada.api.refused(RETRY, "CONFLICT", { params: { command_id: command.id } });
    await eve.api.refused(RETRY, "NOT_FOUND", { params: { command_id: failed.id } });
  });

  it("all failed commands are retried, each once", async () => {
    const [one, two] = [await aFailedCommand("one"), await aFailedCommand("two")];
    const again = (body: Json) => ada.api.call(retryFailedCommands, { body: { bot_id: bot.id, ...body } });
    const first = await again({ type: "one" });
    expect(first.results.map(({ command }) => command?.retry_of)).toEqual([one.id]);
    const both = await again({});
    expect(both.results.map(({ command }) => command?.retry_of).sort()).toEqual([one.id, two.id].sort());
    expect((await poll()).length).toBe(2);
    await eve.api.refused("POST /api/commands/retry-failed", "NOT_FOUND", { body: { bot_id: bot.id } });
  });
});

describe("bulk", () => {
  const LINE = "POST /api/commands/bulk";
  it("reports for each bot whether the command was delivered, queued or refused", async () => {
    const [here, away, hers] = [await aBot(ada), await aBot(ada), await aBot(eve)];
    await connected({ token: here.token });
    const body = { bot_ids: [here.id, away.id, hers.id, away.id], type: "ping" };
    const reply = await ada.api.call(sendBulkCommand, { body });
    expect([reply.count, reply.queued]).toEqual([3, 2]);
    const [got, waits, refused] = reply.results;
    expect([got?.bot_id, got?.status, got?.delivery?.state]).toEqual([here.id, "queued", "delivered"]);
    expect([waits?.bot_id, waits?.status, waits?.delivery?.state]).toEqual([away.id, "queued", "queued"]);
    expect(waits?.delivery?.text).toMatch(/^queued: /);
    expect([refused?.bot_id, refused?.status, refused?.code]).toEqual([hers.id, "error", "NOT_FOUND"]);
  });

  it("reaches all bots that match a filter, and none of other users", async () => {
    const fleet = await aUser();
    const named = await aBot(fleet, { name: "Harvester 1" });
    await aBot(fleet, { name: "Greeter" });
    const body = { filter: { search: "harvester" }, type: "ping" };
    const { results } = await fleet.api.call(sendBulkCommand, { body });
    expect(results.map(({ bot_id }) => bot_id)).toEqual([named.id]);
  });

  it("needs either a selection or a filter", async () => {
    await ada.api.refused(LINE, "INVALID_INPUT", { body: { type: "ping" } });
    await ada.api.refused(LINE, "INVALID_INPUT", { body: { type: "ping", bot_ids: ["a"], filter: {} } });
    await ada.api.refused(LINE, "INVALID_INPUT", { body: { type: "ping", bot_ids: [] } });
  });
});

describe("manifests", () => {
  const LINE = "PUT /api/bot/{bot_id}/manifest";
  const greet = {
    name: "greet",
    description: "Say hello",
    params: { type: "object", properties: { who: { type: "string" } }, required: ["who"] },
    timeout_s: 5,
  };
  const publish = (...commands: Json[]) => bot.api.call(putManifest, { params: params(), body: { commands } });

  it("are published by the bot over HTTP or Socket.IO, and announced to its watchers", async () => {
    const watcher = await connected({ token: ada.jwt });
    await publish(greet);
    const read = () => ada.api.call(getManifest, { params: params() });
    expect(await read()).toEqual({
      bot_id: bot.id,
      published: true,
      commands: [{ ...greet, danger: "none", idempotent: false }],
      version: 1,
    });
    await watcher.event("bot_update", (one) => one.action === "update" && one.data.manifest?.includes("greet"));
    const own = await connected({ token: bot.token });
    expect(await own.client.emitWithAck("manifest", { commands: [{ name: "part", danger: "warn" }] })).toMatchObject({
      status: "ok",
    });
    expect((await read()).commands).toEqual([{ name: "part", danger: "warn", idempotent: false }]);
    const bad = { commands: [{ name: "part", danger: "deadly" }] };
    expect(await own.client.emitWithAck("manifest", bad)).toMatchObject({ code: "INVALID_INPUT" });
    await eve.api.refused(LINE, "NOT_FOUND", { params: params(), body: { commands: [] } });
  });

  it("answer 400 when a check of a payload would take too long", async () => {
    const list = (items: Json) => ({ type: "object", properties: { list: { type: "array", items } } });
    const refusal = async (params_: Json, payload: Json) => {
      await publish({ name: "bomb", params: params_ });
      const answer = await ada.api.refused(SEND, "INVALID_INPUT", {
        params: params(),
        body: { type: "bomb", payload },
      });
      expect(JSON.stringify(answer).length).toBeLessThan(1000);
      return answer;
    };
    const enumeration = await refusal(list({ enum: ["x".repeat(60_000)] }), { list: Array(30_000).fill(1) });
    expect(enumeration.details?.field).toBe("payload.list.0");
    const product = await refusal(list({ allOf: Array(3000).fill({ minimum: 0 }) }), { list: Array(30_000).fill(1) });
    expect(product).toMatchObject({
      error: expect.stringContaining("too much to check"),
      details: { field: "payload" },
    });
    const body = { bot_ids: [bot.id], type: "bomb", payload: { list: Array(30_000).fill(1) } };
    const { results } = await ada.api.call(sendBulkCommand, { body });
    expect(results).toEqual([expect.objectContaining({ status: "error", code: "INVALID_INPUT" })]);
  });

  it("refuse an invalid payload and name the field, on every path; other commands pass", async () => {
    await send({ type: "greet" });
    await publish(greet);
    for (const [line, body] of [
      [SEND, { type: "greet", payload: { who: 5 } }],
      ["POST /api/bot/{bot_id}/cmd", { type: "greet" }],
      ["POST /api/commands", { bot_id: bot.id, type: "greet", payload: {} }],
    ] as const) {
      const { details } = await ada.api.refused(line, "INVALID_INPUT", { params: params(), body });
      expect(details?.field).toBe("payload.who");
    }
    await send({ type: "greet", payload: { who: "Ada" } });
    await send({ type: "never heard of" });
    const bulk = { bot_ids: [bot.id], type: "greet" };
    const { results } = await ada.api.call(sendBulkCommand, { body: bulk });
    expect(results[0]).toMatchObject({ status: "error", code: "INVALID_INPUT" });
    await publish();
    await send({ type: "greet" });
  });

  it("are refused when they are invalid, name a command twice, or are too large", async () => {
    for (const commands of [
      [{ name: "a", params: { type: "string" } }],
      [{ name: "a", params: { type: "object", properties: { b: { $ref: "#" } } } }],
      [{ name: "a" }, { name: "a" }],
      Array.from({ length: 101 }, (_, at) => ({ name: `c${at}` })),
    ])
      await bot.api.refused(LINE, "INVALID_INPUT", { params: params(), body: { commands } });
  });

  it("of a selection hold the commands that all its bots understand", async () => {
    const other = await aBot(ada);
    await publish(greet, { name: "alone" });
    const common = (...ids: string[]) => ada.api.call(getCommonManifest, { query: { bot_ids: ids.join(",") } });
    expect(await common(bot.id, other.id)).toEqual({ commands: [], unpublished: [other.id], count: 0 });
    const body = { commands: [{ ...greet, danger: "destructive" }] };
    await other.api.call(putManifest, { params: { bot_id: other.id }, body });
    const { commands } = await common(bot.id, other.id);
    expect(commands.map(({ name, danger, varies }) => [name, danger, varies])).toEqual([
      ["greet", "destructive", false],
    ]);
    await ada.api.refused("GET /api/manifests/common", "INVALID_INPUT");
    await eve.api.refused("GET /api/manifests/common", "NOT_FOUND", { query: { bot_ids: bot.id } });
  });
});
