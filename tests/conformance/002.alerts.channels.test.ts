/** Channels of alerts: webhooks, Discord, Slack and Telegram, with stand-ins that hear them. */
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import {
  createAlertChannel,
  listAlertChannels,
  listAlertDeliveries,
  retryAlertDelivery,
  testAlertChannel,
  updateAlertChannel,
} from "@/lib/operations/alerts/channels/contract";
import { resolveAlert } from "@/lib/operations/alerts/contract";
import { admin, answers, at, discord, found, heard, one, owner, server, trigger } from "../alert-server";
import { aUser, unique } from "../factories";

describe("channels", () => {
  const add = (body: object, by = admin) => by.api.call(createAlertChannel, { body });
  const said = (part: string) => found(() => heard.find(({ text }) => text.includes(part)));

  it("signs webhooks as Standard Webhooks require, with a secret that is shown once", async () => {
    const { channel, secret } = await add({
      kind: "webhook",
      name: "Pager",
      url: `${at}/hook?key=hidden`,
      global: true,
    });
    expect(secret).toMatch(/^whsec_/);
    const message = unique("signed ");
    const { alert } = await trigger({ level: "critical", message });
    const { text, headers } = await said(message);
    expect(new Webhook(secret!).verify(text, headers as Record<string, string>)).toMatchObject({
      type: "alert.raised",
      data: { alert: { alert_id: alert.alert_id, message } },
    });
    expect(() => new Webhook(secret!).verify(`${text} `, headers as Record<string, string>)).toThrow();
    const list = await admin.api.send("GET /api/alert-channels");
    expect(list.text).not.toMatch(/whsec_|hidden/);
    const params = { channel_id: channel.channel_id };
    await admin.api.call(resolveAlert, one(alert));
    await found(() => heard.find((one) => one.text.includes(message) && one.text.includes("alert.resolved")));
    const sent = await found(async () => {
      const all = await admin.api.call(listAlertDeliveries, { params });
      return all.deliveries.filter((delivery) => delivery.status === "sent").length === 2 ? all : undefined;
    });
    expect(sent.count).toBe(2);
    await admin.api.send("DELETE /api/alert-channels/{channel_id}", { params });
  });

  it("retries temporary failures under the same id and records the outcome", async () => {
    const { channel } = await add({ kind: "webhook", name: "Shaky", url: `${at}/shaky`, global: true });
    answers.splice(0, answers.length, { status: 503, body: "later" });
    const message = unique("again ");
    await trigger({ level: "critical", message });
    const tries = await found(() => {
      const all = heard.filter((one) => one.text.includes(message));
      return all.length === 2 ? all : undefined;
    });
    expect(tries[0]!.headers["webhook-id"]).toBe(tries[1]!.headers["webhook-id"]);
    await admin.api.send("DELETE /api/alert-channels/{channel_id}", { params: { channel_id: channel.channel_id } });
  });

  it("sends a failed message again by hand and names its alert", async () => {
    const { channel } = await add({ kind: "webhook", name: "Strict", url: `${at}/strict`, global: true });
    const params = { channel_id: channel.channel_id };
    const RETRY = "POST /api/alert-channels/{channel_id}/deliveries/{delivery_id}/retry";
    const first = async (status: string) =>
      found(async () => {
        const all = await admin.api.call(listAlertDeliveries, { params });
        return all.deliveries.find((one) => one.status === status);
      });
    answers.splice(0, answers.length, { status: 400, body: "not like this" });
    const message = unique("refused ");
    await trigger({ level: "critical", message });
    const failed = await first("failed");
    expect(failed).toMatchObject({
      ...{ event: "raised", alert: message, attempts: 1, error: "It answered 400: not like this", next_try_at: null },
    });
    const again = { params: { ...params, delivery_id: failed.delivery_id } };
    await owner.api.refused(RETRY, "NOT_FOUND", again);
    await admin.api.refused(RETRY, "NOT_FOUND", { params: { ...params, delivery_id: "msg_unknown" } });
    const change = (enabled: boolean) => admin.api.call(updateAlertChannel, { params, body: { enabled } });
    await change(false);
    const { error } = await admin.api.refused(RETRY, "CONFLICT", again);
    expect(error).toMatch(/turn it on first/);
    await change(true);
    await admin.api.call(retryAlertDelivery, again);
    expect(await first("sent")).toMatchObject({ delivery_id: failed.delivery_id, error: null });
    const tries = heard.filter((one) => one.text.includes(message));
    expect(tries.map((one) => one.headers["webhook-id"])).toEqual([failed.delivery_id, failed.delivery_id]);
    await admin.api.refused(RETRY, "CONFLICT", again);
    await admin.api.send("DELETE /api/alert-channels/{channel_id}", { params });
  });

  it("switches off a channel that is gone, and honours severities", async () => {
    const { channel } = await add({
      kind: "webhook",
      name: "Gone",
      url: `${at}/gone`,
      global: true,
      min_severity: "critical",
    });
    const quiet = unique("quiet ");
    await trigger({ level: "warning", message: quiet });
    answers.splice(0, answers.length, { status: 410, body: "" });
    await trigger({ level: "critical", message: unique("loud ") });
    await found(async () => {
      const { channels } = await admin.api.call(listAlertChannels);
      return channels.find((one) => one.channel_id === channel.channel_id && !one.enabled);
    });
    expect(heard.some((one) => one.text.includes(quiet))).toBe(false);
    const params = { channel_id: channel.channel_id };
    const on = { params, body: { enabled: true } };
    expect((await admin.api.call(updateAlertChannel, on)).channel.enabled).toBe(true);
    await admin.api.send("DELETE /api/alert-channels/{channel_id}", { params });
  });

  it("formats messages for Discord, Slack and Telegram", async () => {
    const test = async (body: object) => {
      const { channel, secret } = await add(body);
      expect(secret).toBeUndefined();
      const params = { channel_id: channel.channel_id };
      return admin.api.call(testAlertChannel, { params });
    };
    expect(await test({ kind: "discord", name: "<@everyone> & co", url: discord.url })).toMatchObject({
      success: true,
    });
    expect(discord.posts[0]).toMatchObject({
      allowed_mentions: { parse: [] },
      embeds: [{ title: expect.stringContaining("hears") }],
    });
    expect(await test({ kind: "slack", name: "<!channel> & co", url: `${at}/slack` })).toMatchObject({ success: true });
    const slack = JSON.parse(heard.find((one) => one.path === "/slack")!.text);
    expect(slack.text).toContain("&lt;!channel&gt; &amp; co");
    const token = `123456:${"A".repeat(35)}`;
    expect(await test({ kind: "telegram", name: "T", bot_token: token, chat_id: "-1001" })).toMatchObject({
      success: true,
    });
    const telegram = heard.find((one) => one.path === `/bot${token}/sendMessage`)!;
    expect(JSON.parse(telegram.text)).toMatchObject({
      chat_id: "-1001",
      text: expect.stringContaining("T hears of alerts"),
    });
    answers.splice(0, answers.length, { status: 403, body: '{"ok":false,"description":"Forbidden: bot was kicked"}' });
    const refused = await test({ kind: "telegram", name: "U", bot_token: token, chat_id: "@gone" });
    expect(refused).toMatchObject({ success: false, message: expect.stringContaining("bot was kicked") });
    expect(refused.message).not.toContain(token);
  });

  it("sends the user and password of a webhook's address, and shows neither", async () => {
    const url = `${at.replace("//", "//ada:s%C3%A9cret@")}/basic`;
    const { channel } = await add({ kind: "webhook", name: "Basic", url, global: true });
    const params = { channel_id: channel.channel_id };
    const sent = await admin.api.call(testAlertChannel, { params });
    expect(sent).toMatchObject({ success: true });
    const { headers } = heard.find((one) => one.path === "/basic")!;
    expect(headers.authorization).toBe(`Basic ${Buffer.from("ada:sécret").toString("base64")}`);
    answers.splice(0, answers.length, { status: 500, body: "no" });
    const refused = await admin.api.send("POST /api/alert-channels/{channel_id}/test", { params });
    const list = await admin.api.send("GET /api/alert-channels");
    expect(refused.text + list.text).not.toMatch(/cret|ada/);
    await admin.api.send("DELETE /api/alert-channels/{channel_id}", { params });
  });

  it("sends 6 test messages an hour and says when the next may be sent", async () => {
    const { channel } = await add({ kind: "webhook", name: "Often", url: `${at}/often` }, owner);
    const params = { channel_id: channel.channel_id };
    const TEST = "POST /api/alert-channels/{channel_id}/test";
    for (let time = 0; time < 6; time++) await owner.api.call(testAlertChannel, { params });
    const refused = await owner.api.send(TEST, { params });
    expect(refused.status).toBe(429);
    expect(refused.json.retryAfter).toBeGreaterThan(3000);
    expect(heard.filter((one) => one.path === "/often")).toHaveLength(6);
    await owner.api.refused("POST /api/alert-channels/confirm", "INVALID_INPUT", { body: { token: "mc_unknown" } });
  });

  it("names who can help with a forgotten password when mail is off, without revealing accounts", async () => {
    const answers = [];
    for (const email of [owner.email, "nobody-at-all@example.org"])
      answers.push((await owner.api.send("POST /api/auth/forgot-password", { body: { email } })).json.message);
    expect(answers[0]).toMatch(/sends no mail.*ask an admin/);
    expect(answers[1]).toBe(answers[0]);
  });

  it("reaches no private address", async () => {
    const { channel } = await add({ kind: "webhook", name: "Inside", url: "http://10.0.0.1/" }, owner);
    const params = { channel_id: channel.channel_id };
    const answer = await owner.api.call(testAlertChannel, { params });
    expect(answer).toMatchObject({ success: false, message: expect.stringContaining("not a public address") });
  });

  it("refuses bots and channels of other users", async () => {
    const body = { kind: "webhook", name: "x", url: `${at}/x`, global: true };
    await owner.api.refused("POST /api/alert-channels", "FORBIDDEN", { body });
    // This server has no mail server.
    const mail = { kind: "email", name: "x", address: owner.email };
    await owner.api.refused("POST /api/alert-channels", "INVALID_INPUT", { body: mail });
    await owner.api.refused("POST /api/alert-channels", "INVALID_INPUT", { body: { ...body, url: "ftp://x/" } });
    const { channel } = await add({ kind: "webhook", name: "Mine", url: `${at}/mine` }, owner);
    const stranger = await aUser("user", server.url);
    const params = { channel_id: channel.channel_id };
    await stranger.api.refused("POST /api/alert-channels/{channel_id}/test", "NOT_FOUND", { params });
    await stranger.api.refused("DELETE /api/alert-channels/{channel_id}", "NOT_FOUND", { params });
  });
});
