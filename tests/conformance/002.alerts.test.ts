/** Document 002 "Alert Summary" and "Trigger Alert", and Muster's rules, states and channels, over real HTTP. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createAlertChannel,
  listAlertChannels,
  listAlertDeliveries,
  retryAlertDelivery,
  testAlertChannel,
  updateAlertChannel,
} from "@/lib/operations/alerts/channels/contract";
import {
  type Alert,
  acknowledgeAlert,
  changeAlerts,
  getAlert,
  getAlertSummary,
  listAlerts,
  resolveAlert,
  snoozeAlert,
  triggerAlert,
} from "@/lib/operations/alerts/contract";
import {
  createAlertRule,
  deleteAlertRule,
  dryRunAlertRule,
  listAlertRules,
} from "@/lib/operations/alerts/rules/contract";
import { eventually } from "../eventually";
import { aBot, aUser, type TestUser, theAdmin, unique } from "../factories";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { discordWebhook } from "../standins/discord-webhook";

type Heard = { path: string; headers: IncomingHttpHeaders; text: string };
let folder: string;
let server: ServerProcess;
let admin: TestUser;
let owner: TestUser;
let discord: Awaited<ReturnType<typeof discordWebhook>>;
/** Stand-ins for webhooks, Slack and Telegram: the requests they got, and their answers. */
const heard: Heard[] = [];
let answers: { status: number; body: string }[] = [];
const listener = createServer((req, res) => {
  let text = "";
  req.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
  });
  req.on("end", () => {
    heard.push({ path: req.url ?? "", headers: req.headers, text });
    const { status, body } = answers.shift() ?? { status: 200, body: "ok" };
    res.writeHead(status).end(body);
  });
});
let at: string;

beforeAll(async () => {
  folder = temporaryFolder();
  discord = await discordWebhook();
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  at = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  server = await startServer({
    DATA_DIR: join(folder, "data"),
    OUTBOUND_ALLOW_CIDRS: "127.0.0.0/8",
    TELEGRAM_API_URL: at,
    BOT_OFFLINE_AFTER_S: "2",
  });
  admin = await theAdmin(server.url);
  owner = await aUser("user", server.url);
});
afterAll(async () => {
  const code = await server?.stop();
  await discord?.close();
  listener.close();
  removeFolder(folder);
  expect(code).toBe(0);
});

const found = async <T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> =>
  (await eventually(look, Boolean))!;
const trigger = (body: object) => admin.api.call(triggerAlert, { body });
const one = (alert: Alert) => ({ params: { alert_id: alert.alert_id } });

describe("trigger and summary", () => {
  it("answers as document 002 describes", async () => {
    const before = await admin.api.call(getAlertSummary);
    const made = await trigger({ level: "warning", message: "High memory usage detected" });
    expect(made).toMatchObject({ success: true, alert: { level: "warning", severity: "medium", state: "firing" } });
    const after = await admin.api.call(getAlertSummary);
    expect(after).toMatchObject({
      totalAlerts: before.totalAlerts + 1,
      warningAlerts: before.warningAlerts + 1,
      recentAlerts: [{ level: "warning", message: "High memory usage detected" }],
    });
    expect((await trigger({ level: "warning", message: "High memory usage detected" })).alert.count).toBe(2);
  });

  it.each([
    ["info", "low"],
    ["warning", "medium"],
    ["critical", "critical"],
  ])("%s is %s", async (level, severity) => {
    expect((await trigger({ level, message: unique("m") })).alert).toMatchObject({ level, severity });
    expect((await trigger({ severity, message: unique("m") })).alert).toMatchObject({ level, severity });
  });

  it("refuses in document 002's envelope", async () => {
    const { json, status } = await admin.api.send("POST /api/alerts", { body: { level: "loud", message: "x" } });
    expect([status, json.error.code]).toEqual([400, "INVALID_INPUT"]);
    await admin.api.refused("POST /api/alerts", "INVALID_INPUT", { body: { message: "x" } });
    await owner.api.refused("POST /api/alerts", "FORBIDDEN", { body: { level: "info", message: "x" } });
    const moderator = await aUser("moderator", server.url);
    await moderator.api.refused("POST /api/alerts", "FORBIDDEN", { body: { level: "info", message: "x" } });
  });
});

describe("states", () => {
  it("is acknowledged, snoozed and resolved, and records who did it", async () => {
    const { alert } = await trigger({ level: "critical", message: unique("m") });
    const acked = await admin.api.call(acknowledgeAlert, one(alert));
    expect(acked.alert).toMatchObject({ state: "acknowledged" });
    expect(acked.alert.handled_by).toBeTruthy();
    const snoozed = await admin.api.call(snoozeAlert, {
      ...one(alert),
      body: { minutes: 60 },
    });
    expect(Date.parse(snoozed.alert.snoozed_until!)).toBeGreaterThan(Date.now() + 59 * 60_000);
    await admin.api.call(resolveAlert, one(alert));
    const { events } = await admin.api.call(getAlert, one(alert));
    expect(events.map((event) => event.kind)).toEqual(["resolved", "snoozed", "acknowledged", "raised"]);
    await admin.api.refused("POST /api/alerts/{alert_id}/acknowledge", "CONFLICT", one(alert));
  });

  it("filters and pages by keyset, and changes many at once", async () => {
    const made = [];
    for (let index = 0; index < 3; index++)
      made.push((await trigger({ severity: "high", message: unique("m") })).alert);
    const query = { severity: "high", state: "open", limit: 2 };
    const first = await admin.api.call(listAlerts, { query });
    const second = await admin.api.call(listAlerts, {
      query: { ...query, cursor: first.next_cursor! },
    });
    const ids = [...first.alerts, ...second.alerts].map((alert) => alert.alert_id);
    expect(ids.slice(0, 3)).toEqual(made.map((alert) => alert.alert_id).reverse());
    const body = { ids: [...ids.slice(0, 3), "alert_unknown"], action: "resolve" };
    expect(await admin.api.call(changeAlerts, { body })).toMatchObject({ changed: 3 });
    expect((await owner.api.call(changeAlerts, { body })).changed).toBe(0);
  });

  it("shows the server's alerts only to staff", async () => {
    const { alert } = await trigger({ level: "info", message: unique("m") });
    await owner.api.refused("GET /api/alerts/{alert_id}", "NOT_FOUND", one(alert));
    await owner.api.refused("POST /api/alerts/{alert_id}/resolve", "NOT_FOUND", one(alert));
    expect((await owner.api.call(listAlerts)).alerts).toEqual([]);
    const moderator = await aUser("moderator", server.url);
    await moderator.api.call(getAlert, one(alert));
    await moderator.api.refused("POST /api/alerts/{alert_id}/resolve", "FORBIDDEN", one(alert));
  });
});

describe("rules", () => {
  const RULE = { name: "Failing", metric: "failed_commands", threshold: 2, window_s: 60, severity: "high" };

  it("find two bots that fail together as one alert, and see it recover when the rule goes", async () => {
    const person = await aUser("user", server.url);
    const made = await person.api.call(createAlertRule, { body: RULE });
    const bots = [await aBot(person, { name: "One" }), await aBot(person, { name: "Two" })];
    for (const bot of bots)
      for (let times = 0; times < 2; times++) {
        const { json } = await person.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "ping" } });
        await bot.api.send("POST /api/commands/{command_id}/ack", {
          params: { command_id: json.command.id },
          body: { status: "failed" },
        });
      }
    const alert = await found(async () => {
      const { alerts } = await person.api.call(listAlerts);
      return alerts.find((candidate) => candidate.members === 2);
    });
    expect(alert).toMatchObject({ severity: "high", level: "warning", source: "rule", owner_id: person.id });
    expect(alert.message).toMatch(/^Commands of 2 bots fail: (One, Two|Two, One)$/);
    const filtered = await person.api.call(listAlerts, { query: { bot_id: bots[0]!.id } });
    expect(filtered.count).toBe(1);
    const dry = await person.api.call(dryRunAlertRule, { body: RULE });
    expect(dry).toMatchObject({ complete: true, total: 1, firings: [{ count: 2 }] });
    const delivered = async () =>
      (await person.api.send("GET /api/notifications", { query: { kind: "alert" } })).json.notifications;
    await expect.poll(delivered).not.toEqual([]);
    expect(await delivered()).toHaveLength(1);
    const { rule } = made;
    expect((await person.api.call(listAlertRules)).rules).toMatchObject([{ open_alerts: 1 }]);
    await person.api.call(deleteAlertRule, { params: { rule_id: rule.rule_id } });
    const { alert: after } = await person.api.call(getAlert, one(alert));
    expect(after).toMatchObject({ state: "resolved", open_members: 0 });
  });

  it("are refused when they cannot work", async () => {
    const refused = (body: object, field: string) =>
      admin.api
        .refused("POST /api/alert-rules", "INVALID_INPUT", { body: { ...RULE, ...body } })
        .then(({ details }) => expect(details?.field).toBe(field));
    await refused({ threshold: 0 }, "threshold");
    await refused({ metric: "disk", threshold: 101, scope: "all" }, "threshold");
    await refused({ metric: "disk", threshold: 90 }, "scope");
    await refused({ recover_below: 3 }, "recover_below");
    await refused({ scope: "selected" }, "bot_ids");
    await refused({ channels: ["chan_unknown"] }, "channels");
    await owner.api.refused("POST /api/alert-rules", "FORBIDDEN", { body: { ...RULE, scope: "all" } });
    const bot = await aBot(await aUser("user", server.url));
    const body = { ...RULE, scope: "selected", bot_ids: [bot.id] };
    await owner.api.refused("POST /api/alert-rules", "NOT_FOUND", { body });
    await owner.api.refused("POST /api/alert-rules/dry-run", "NOT_FOUND", { body });
  });

  it("belong to the user who made them", async () => {
    const { rule } = await owner.api.call(createAlertRule, { body: RULE });
    const stranger = await aUser("user", server.url);
    const params = { rule_id: rule.rule_id };
    await stranger.api.refused("DELETE /api/alert-rules/{rule_id}", "NOT_FOUND", { params });
    await stranger.api.refused("PUT /api/alert-rules/{rule_id}", "NOT_FOUND", { params, body: RULE });
    expect((await stranger.api.call(listAlertRules)).rules).toEqual([]);
  });
});

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
    answers = [{ status: 503, body: "later" }];
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
    answers = [{ status: 400, body: "not like this" }];
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
    answers = [{ status: 410, body: "" }];
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
    answers = [{ status: 403, body: '{"ok":false,"description":"Forbidden: bot was kicked"}' }];
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
    answers = [{ status: 500, body: "no" }];
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

it("finds nothing for a bot id that contains NUL, on either database", async () => {
  const { status } = await (await theAdmin()).api.send("GET /api/alerts", { query: { bot_id: "\u0000" } });
  expect(status).toBeLessThan(500);
});
