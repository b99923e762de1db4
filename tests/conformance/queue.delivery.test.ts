/** Delivery from the queue: broken connections, keys against repetition, and the order. */
import { createConnection } from "node:net";
import { describe, expect, it } from "vitest";
import { listBotCommands } from "@/lib/fleet/commands/contract";
import type { Json } from "../api";
import { eventually } from "../eventually";
import { ACK, ada, bot, params, poll, read, SEND, send } from "../queue";
import { connected } from "../sockets";
import { theServer } from "../the-server";

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
