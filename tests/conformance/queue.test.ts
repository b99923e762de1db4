/** Muster's additions to the queue, and manifests, over HTTP and Socket.IO, with every refusal by its code. */
import { describe, expect, it } from "vitest";
import { cancelCommand, listCommands } from "@/lib/fleet/commands/contract";
import { ackCommand, reportProgress } from "@/lib/fleet/commands/contract.bot";
import { retryCommand, retryFailedCommands, sendBulkCommand } from "@/lib/fleet/commands/contract.many";
import type { Json } from "../api";
import { aBot, aUser } from "../factories";
import { ACK, ada, bot, eve, poll, read, send } from "../queue";
import { connected } from "../sockets";

const ack = (command_id: string, status: "completed" | "failed") =>
  bot.api.call(ackCommand, { params: { command_id }, body: { status } });

const aFailedCommand = async (type = "ping") => {
  const { command } = await send({ type });
  await poll();
  await ack(command.id, "failed");
  return command;
};

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

  it("all failed commands except cancelled ones are retried, each once", async () => {
    const [one, two] = [await aFailedCommand("one"), await aFailedCommand("two")];
    const { command: unwanted } = await send({ type: "one" });
    await ada.api.call(cancelCommand, { params: { command_id: unwanted.id } });
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
