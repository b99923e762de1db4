/** Manifests of bots, by HTTP and Socket.IO: published, refused, and what payloads are checked against. */
import { describe, expect, it } from "vitest";
import { sendBulkCommand } from "@/lib/fleet/commands/contract.many";
import { getCommonManifest, getManifest, putManifest } from "@/lib/fleet/manifests/contract";
import type { Json } from "../api";
import { aBot } from "../factories";
import { ada, bot, eve, params, SEND, send } from "../queue";
import { connected } from "../sockets";

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
