/** CONTRACT §1.10: integers keep their digits on every path through the server. Compares raw text. */
import { describe, expect, it } from "vitest";
import { theAdmin, unique } from "../factories";
import { ada, bot, FREE, ID, idOf, send, sent } from "../numbers";

describe("over REST", () => {
  it("keeps a command's payload and result, wherever they are read", async () => {
    const text = await send();
    expect(text).toContain(`"payload":${FREE}`);
    const id = idOf(text);
    expect(await sent(bot.api, `GET /api/bot/${bot.id}/commands`)).toContain(`"payload":${FREE}`);
    const acked = await sent(bot.api, `POST /api/commands/${id}/ack`, `{"status":"completed","result":${FREE}}`);
    expect(acked).toContain(`"payload":${FREE},"status":"completed","result":${FREE}`);
    for (const path of [`/api/commands/${id}`, "/api/commands", `/api/bot/${bot.id}/commands-history`])
      expect(await sent(ada.api, `GET ${path}`)).toContain(`"payload":${FREE},"status":"completed","result":${FREE}`);
  });

  it("keeps them for many bots, and in a command that is queued again", async () => {
    const text = await sent(
      ada.api,
      "POST /api/commands/bulk",
      `{"bot_ids":["${bot.id}"],"type":"kick","payload":${FREE}}`,
    );
    expect(text).toContain(`"payload":${FREE}`);
    const id = idOf(text);
    await sent(ada.api, `POST /api/commands/${id}/cancel`);
    expect(await sent(ada.api, `POST /api/commands/${id}/retry`)).toContain(`"payload":${FREE}`);
  });

  it("tells payloads apart that differ beyond the 53rd bit, under one idempotency key", async () => {
    const body = (payload: string) => `{"type":"kick","payload":${payload},"idempotency_key":"k"}`;
    const line = `POST /api/bot/${bot.id}/send-command`;
    const first = idOf(await sent(ada.api, line, body(`{"id":${ID}}`)));
    expect(idOf(await sent(ada.api, line, body(`{"id":${ID}}`)))).toBe(first);
    await ada.api.refused(line, "CONFLICT", { body: body('{"id":1497549923779084389}') });
  });

  it("keeps the metadata of logs and messages, and a message's ids as text", async () => {
    const log = `{"type":"info","message":"kicked","metadata":${FREE}}`;
    await sent(bot.api, `POST /api/bot/${bot.id}/logs`, `[${log},${log}]`);
    expect(await sent(ada.api, `GET /api/logs?bot_id=${bot.id}`)).toContain(`"metadata":${FREE}`);
    const message = `{"message":"hi","author_id":${ID},"thread_id":-9223372036854775808,"metadata":${FREE}}`;
    await sent(bot.api, `POST /api/bot/${bot.id}/messages`, message);
    const listed = await sent(ada.api, `GET /api/messages?bot_id=${bot.id}`);
    expect(listed).toContain(`"author_id":"${ID}"`);
    expect(listed).toContain('"thread_id":"-9223372036854775808"');
    expect(listed).toContain(`"metadata":${FREE}`);
    expect(await sent(ada.api, `GET /api/messages?thread_id=-9223372036854775808&bot_id=${bot.id}`)).toContain(ID);
  });

  it("keeps them in exports of each format", async () => {
    await send();
    await sent(bot.api, `POST /api/bot/${bot.id}/logs`, `{"message":"kicked","metadata":${FREE}}`);
    await sent(
      bot.api,
      `POST /api/bot/${bot.id}/messages`,
      `{"message":"hi","author_id":${ID},"thread_id":"1","metadata":${FREE}}`,
    );
    for (const name of ["logs", "messages"]) {
      for (const format of ["json", "ndjson"])
        expect(await sent(ada.api, `GET /api/export/${name}?bot_id=${bot.id}&format=${format}`)).toContain(
          `"metadata":${FREE}`,
        );
      expect(await sent(ada.api, `GET /api/export/${name}?bot_id=${bot.id}&format=csv`)).toContain(
        FREE.replaceAll('"', '""'),
      );
    }
    const whole = await sent(ada.api, `GET /api/export/bot-data/${bot.id}`);
    expect(whole).toContain(`"payload":${FREE}`);
    expect(whole).toContain(`"metadata":${FREE}`);
  });

  it("keeps a bot's metadata, settings and synced data", async () => {
    const created = await sent(ada.api, "POST /api/my-bots", `{"name":"Numbers","metadata":${FREE}}`);
    const id = /"bot_id":"([^"]+)"/.exec(created)?.[1];
    expect(await sent(ada.api, `GET /api/bot/${id}/info`)).toContain(`"metadata":${FREE}`);
    await sent(ada.api, `PUT /api/my-bots/${id}`, `{"metadata":{"id":${ID}}}`);
    expect(await sent(ada.api, "GET /api/bots")).toContain(`"metadata":{"id":${ID}}`);
    expect(await sent(ada.api, `PUT /api/bot/${bot.id}/settings`, FREE)).toContain(FREE);
    expect(await sent(bot.api, `GET /api/bot/${bot.id}/settings`)).toContain(`"settings":${FREE}`);
    await sent(bot.api, `POST /api/bot/${bot.id}/sync`, `{"groups":[${FREE}],"metadata":${FREE}}`);
    await sent(bot.api, `POST /api/bot/${bot.id}/sync`, `{"friends":[${ID}]}`);
    for (const path of [`/api/bot/${bot.id}/data`, `/api/my-bots/${bot.id}/data`]) {
      const data = await sent(ada.api, `GET ${path}`);
      expect(data).toContain(`"groups":[${FREE}]`);
      expect(data).toContain(`"metadata":${FREE}`);
      expect(data).toContain(`"friends":[${ID}]`);
    }
  });

  it("keeps them in a bot's registration, on both documents' paths", async () => {
    const id = unique("number-");
    const registered = await sent(ada.api, "POST /api/bots/register", `{"bot_id":"${id}","metadata":${FREE}}`);
    expect(registered).toContain(`"metadata":${FREE}`);
    const other = unique("number-");
    await sent(ada.api, "POST /register", `{"bot_id":"${other}","name":"n","guild":${ID}}`);
    expect(await sent(ada.api, `GET /api/bot/${other}/info`)).toContain(`"guild":${ID}`);
    await sent(ada.api, "POST /command", `{"bot_id":"${other}","command":"kick","params":${FREE}}`);
    expect(await sent(ada.api, `GET /commands/${other}`)).toContain(`"params":${FREE}`);
  });

  it("keeps a manifest's examples, enumerations and defaults, and checks payloads by all digits", async () => {
    const params = `{"type":"object","properties":{"id":{"type":"integer","enum":[${ID}],"default":${ID},"examples":[${ID}]},"limit":{"type":"integer","maximum":9223372036854775807}}}`;
    const manifest = `{"commands":[{"name":"kick","params":${params}}]}`;
    expect(await sent(bot.api, `PUT /api/bot/${bot.id}/manifest`, manifest)).toContain(params);
    expect(await sent(ada.api, `GET /api/bot/${bot.id}/manifest`)).toContain(params);
    expect(await sent(ada.api, `GET /api/manifests/common?bot_ids=${bot.id}`)).toContain(params);
    await send(`{"id":${ID},"limit":9223372036854775807}`);
    const refuse = async (payload: string) =>
      (
        await ada.api.refused(`POST /api/bot/${bot.id}/send-command`, "INVALID_INPUT", {
          body: `{"type":"kick","payload":${payload}}`,
        })
      ).error;
    expect(await refuse('{"id":1497549923779084389}')).toContain(`must be one of ${ID}`);
    expect(await refuse('{"limit":9223372036854775808}')).toContain("payload.limit: 9223372036854775808");
  });

  it("accepts configured ids as integers, and keeps them as text", async () => {
    const { api } = await theAdmin();
    const answer = await sent(api, "PUT /api/config/channels", `{"log_channel_id":${ID}}`);
    expect(answer).toContain(`"log_channel_id":"${ID}"`);
    await sent(api, "POST /api/config/channels/reset");
  });

  it.each([
    ["send-command", '{"type":"kick","payload":{"to":{"id":1e400}}}', "payload.to.id"],
    ["logs", '[{"message":"a"},{"message":"b","metadata":{"n":-1e999}}]', "1.metadata.n"],
    ["messages", '{"message":"a","author_id":1e400,"thread_id":"1"}', "author_id"],
    ["sync", `{"metadata":{"n":${"9".repeat(400)}}}`, "metadata.n"],
  ])("refuses at %s a number that cannot be kept, naming the field", async (path, body, field) => {
    const api = path === "send-command" ? ada.api : bot.api;
    const { details, error } = await api.refused(`POST /api/bot/${bot.id}/${path}`, "INVALID_INPUT", { body });
    expect(details?.field).toBe(field);
    expect(error).toMatch(/^.+: must be a number that can be kept/);
  });

  it("refuses a large integer where a small one is wanted, as any other wrong number", async () => {
    const body = `{"type":"kick","priority":${ID}}`;
    const { details } = await ada.api.refused(`POST /api/bot/${bot.id}/send-command`, "INVALID_INPUT", { body });
    expect(details?.field).toBe("priority");
  });
});
