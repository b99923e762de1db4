/** Webhooks by REST: what happens on the server reaches the receiver, signed, and the log shows it. */
import { Webhook } from "standardwebhooks";
import { expect, it } from "vitest";
import {
  createWebhook,
  listWebhookDeliveries,
  redeliverWebhook,
  replayWebhook,
  rotateWebhookSecret,
  testWebhook,
  updateWebhook,
} from "@/lib/operations/webhooks/contract";
import { admin, answers, at, found, heard, owner, server, trigger } from "../alert-server";
import { aBot, aUser, type TestBot, unique } from "../factories";

type Kinds = Parameters<typeof createWebhook.body.parse>[0];
const add = (path: string, kinds: string[], input: object = {}, by = owner) =>
  by.api.call(createWebhook, { body: { name: "Hook", url: `${at}${path}`, kinds, ...input } as Kinds as never });
const heardAt = (path: string, part: string) =>
  found(() => heard.find((one) => one.path.startsWith(path) && one.text.includes(part)));

async function settle(bot: TestBot, status: "completed" | "failed"): Promise<string> {
  const { json } = await owner.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "ping" } });
  const params = { command_id: json.command.id };
  const body = { status, result: { id: "1234567890123456789" } };
  await bot.api.send("POST /api/commands/{command_id}/ack", { params, body });
  return json.command.id;
}

it("delivers outcomes of commands, signed, and shows them in the log", async () => {
  const bot = await aBot(owner);
  const { webhook, secret } = await add("/outcomes?key=hidden", ["command.completed", "command.failed"]);
  const done = await settle(bot, "completed");
  const failed = await settle(bot, "failed");
  const { text, headers } = await heardAt("/outcomes", done);
  expect(new Webhook(secret).verify(text, headers as Record<string, string>)).toMatchObject({
    ...{ type: "command.completed", data: { id: done, bot_id: bot.id, result: { id: "1234567890123456789" } } },
  });
  await heardAt("/outcomes", failed);
  expect(heard.findIndex((one) => one.text.includes(done))).toBeLessThan(
    heard.findIndex((one) => one.text.includes(failed)),
  );
  const params = { webhook_id: webhook.webhook_id };
  const { deliveries } = await found(async () => {
    const all = await owner.api.call(listWebhookDeliveries, { params });
    return all.deliveries.filter(({ status }) => status === "sent").length === 2 ? all : undefined;
  });
  const one = { ...params, delivery_id: deliveries[0]!.delivery_id };
  const shown = await owner.api.send("GET /api/webhooks/{webhook_id}/deliveries/{delivery_id}", { params: one });
  expect(JSON.parse(shown.json.body)).toMatchObject({ type: "command.failed", data: { id: failed } });
  const list = await owner.api.send("GET /api/webhooks");
  expect(list.text).not.toMatch(/whsec_|hidden/);
  heard.length = 0;
  await owner.api.call(redeliverWebhook, { params: one });
  await heardAt("/outcomes", failed);
  const from = webhook.created_at;
  expect(await owner.api.call(replayWebhook, { params, body: { from } })).toMatchObject({ queued: 2 });
  await heardAt("/outcomes", done);
  await owner.api.send("DELETE /api/webhooks/{webhook_id}", { params });
});

it("reaches the webhooks of a bot's team and of the server, and no others", async () => {
  const other = await aUser("user", server.url);
  await add("/own", ["bot.status_changed"]);
  await add("/foreign", ["bot.status_changed"], {}, other);
  await add("/server", ["bot.status_changed", "alert.opened", "ticket.opened"], { team_id: null }, admin);
  const bot = await aBot(owner);
  const body = { status: "degraded" };
  await bot.api.send("POST /api/bot/{bot_id}/status", { params: { bot_id: bot.id }, body });
  await heardAt("/own", bot.id);
  await heardAt("/server", bot.id);
  const message = unique("disk full ");
  await trigger({ level: "critical", message });
  await heardAt("/server", message);
  const ticket = { type: "Support", subject: unique("question "), description: "How does one ask a question?" };
  await owner.api.send("POST /api/tickets", { body: ticket });
  await heardAt("/server", ticket.subject);
  expect(heard.filter(({ path }) => path === "/foreign")).toEqual([]);
  expect(heard.filter(({ path, text }) => path === "/own" && /alert|ticket/.test(text))).toEqual([]);
});

it("tests, pauses and resumes, and signs by both secrets after a rotation", async () => {
  const { webhook, secret } = await add("/tested", ["command.completed"]);
  const params = { webhook_id: webhook.webhook_id };
  answers.splice(0, answers.length, { status: 418, body: "short and stout" });
  expect(await owner.api.call(testWebhook, { params })).toMatchObject({
    ...{ success: false, message: "It answered 418: short and stout", delivery: { cause: "test", http_status: 418 } },
  });
  const rotated = await owner.api.call(rotateWebhookSecret, { params, body: { overlap_hours: 1 } });
  heard.length = 0;
  expect(await owner.api.call(testWebhook, { params })).toMatchObject({ success: true });
  const { text, headers } = await heardAt("/tested", "webhook.test");
  for (const key of [secret, rotated.secret])
    expect(new Webhook(key).verify(text, headers as Record<string, string>)).toMatchObject({ type: "webhook.test" });
  const paused = await owner.api.call(updateWebhook, { params, body: { paused: true } });
  expect(paused.webhook).toMatchObject({ state: "paused", version: webhook.version + 2 });
  const bot = await aBot(owner);
  const id = await settle(bot, "completed");
  await found(async () => {
    const { count } = await owner.api.call(listWebhookDeliveries, { params, query: { status: "queued" } });
    return count === 1;
  });
  expect(heard.some((one) => one.path === "/tested" && one.text.includes(id))).toBe(false);
  await owner.api.call(updateWebhook, { params, body: { paused: false } });
  await heardAt("/tested", id);
});

it("refuses addresses that are private or not encrypted, and webhooks of others", async () => {
  const body = { name: "Hook", kinds: ["command.failed"] };
  const refuse = (url: string) => owner.api.refused("POST /api/webhooks", "INVALID_INPUT", { body: { ...body, url } });
  for (const url of ["http://hooks.example.org/", "https://10.0.0.1/", "https://[::ffff:10.0.0.1]/", "ftp://x/"])
    await refuse(url);
  await owner.api.refused("POST /api/webhooks", "INVALID_INPUT", { body: { ...body, url: `${at}/`, kinds: ["no"] } });
  await owner.api.refused("POST /api/webhooks", "FORBIDDEN", { body: { ...body, url: `${at}/`, team_id: null } });
  const { webhook } = await add("/mine", ["command.failed"]);
  const params = { webhook_id: webhook.webhook_id };
  const stranger = await aUser("user", server.url);
  for (const line of ["GET /api/webhooks/{webhook_id}", "POST /api/webhooks/{webhook_id}/test"])
    await stranger.api.refused(line, "NOT_FOUND", { params });
});
