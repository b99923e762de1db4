/** GraphQL beyond document 002's operations: the same rules as REST, pagination, and bot tokens. */
import { describe, expect, it } from "vitest";
import type { Json } from "../api";
import { eventually } from "../eventually";
import { aBot, anApiKey, aUser, theAdmin, unique } from "../factories";
import { ask, codeOf, data } from "../graphql";
import { aTicket } from "../tickets";

describe("transfers", () => {
  const FIELDS = "{ success message task { id status url filename } }";
  const start = `mutation ($url: String!, $to: String) { startDownload(url: $url, destination: $to, filename: "film.mkv") ${FIELDS} }`;
  const change = (name: string) => `mutation ($id: ID!) { ${name}(taskId: $id) ${FIELDS} }`;
  const url = "https://files.invalid/film.mkv";

  it("are started, cancelled, retried and removed by their owner", async () => {
    const user = await aUser();
    const { startDownload } = await data(user, start, { url });
    expect(startDownload).toMatchObject({
      ...{ success: true, message: "Download started successfully" },
      task: { id: expect.stringMatching(/^task_/), url },
    });
    const { id } = startDownload.task;
    expect((await data(user, change("cancelTask"), { id })).cancelTask).toMatchObject({ success: true, task: { id } });
    for (const name of ["pauseTask", "resumeTask"])
      expect(await codeOf(user, change(name), { id })).toMatchObject({ code: "CONFLICT" });
    expect((await data(user, change("retryTask"), { id })).retryTask).toMatchObject({
      ...{ success: true, message: "Task queued successfully" },
    });
    const stranger = await aUser();
    for (const name of ["cancelTask", "pauseTask", "resumeTask", "retryTask"])
      expect(await codeOf(stranger, change(name), { id })).toEqual({ code: "NOT_FOUND" });
    expect(await codeOf(await aUser("moderator"), change("cancelTask"), { id })).toEqual({ code: "FORBIDDEN" });
    // Whether it has ended or not, after the second call it is gone from the lists.
    for (let n = 0; n < 2; n++) await ask(user, change("cancelTask"), { id });
    expect(await codeOf(user, change("cancelTask"), { id })).toEqual({ code: "NOT_FOUND" });
  });

  it("are refused as REST refuses them", async () => {
    const user = await aUser();
    for (const [variables, field] of [
      [{ url: "ftp://example.org/x" }, "url"],
      [{ url: "http://169.254.169.254/latest/meta-data" }, "url"],
      [{ url, to: "mars" }, "destination"],
      [{ url, to: "gdrive" }, "destination"],
    ] as const)
      expect(await codeOf(user, start, variables)).toEqual({ code: "INVALID_INPUT", field });
  });
});

describe("alerts", () => {
  it("are acknowledged, snoozed and resolved by callers with the right", async () => {
    const admin = await theAdmin();
    const trigger = 'mutation ($m: String!) { triggerAlert(level: "critical", message: $m) { alert { id state } } }';
    const one = async () => (await data(admin, trigger, { m: unique("Trouble ") })).triggerAlert.alert.id;
    const [first, second] = [await one(), await one()];
    const act = (name: string, more = "") =>
      `mutation ($id: ID!) { ${name}(id: $id${more}) { success message alert { id state } } }`;
    for (const [name, state, more] of [
      ["acknowledgeAlert", "acknowledged", ""],
      ["snoozeAlert", "snoozed", ", minutes: 5"],
      ["resolveAlert", "resolved", ""],
    ] as const)
      expect((await data(admin, act(name, more), { id: first }))[name]).toEqual({
        ...{ success: true, message: `Alert ${state}`, alert: { id: first, state } },
      });
    expect(await codeOf(admin, act("acknowledgeAlert"), { id: first })).toMatchObject({ code: "CONFLICT" });
    expect(await codeOf(admin, act("snoozeAlert", ", minutes: 0"), { id: second })).toEqual({
      ...{ code: "INVALID_INPUT", field: "minutes" },
    });
    expect(await codeOf(await aUser(), act("resolveAlert"), { id: second })).toEqual({ code: "NOT_FOUND" });
    expect(await codeOf(await aUser("moderator"), act("resolveAlert"), { id: second })).toEqual({ code: "FORBIDDEN" });
    const bulk = 'mutation ($ids: [ID!]!) { changeAlerts(ids: $ids, action: "resolve") { success changed } }';
    expect((await data(admin, bulk, { ids: [first, second, "alert_unknown"] })).changeAlerts).toEqual({
      ...{ success: true, changed: 1 },
    });
    const detail = "query ($id: ID!) { alert(id: $id) { alert { id level } members { label } events { kind } } }";
    const { alert } = await data(admin, detail, { id: first });
    expect(alert).toMatchObject({ alert: { id: first, level: "critical" }, members: [] });
    expect(alert.events.map(({ kind }: Json) => kind)).toEqual(expect.arrayContaining(["raised", "snoozed"]));
  });

  it("have rules and channels for each user", async () => {
    const user = await aUser();
    const rule = { name: "Bots that are gone", metric: "bot_offline", threshold: 300, severity: "high", forS: 60 };
    const create =
      "mutation ($rule: AlertRuleInput!) { createAlertRule(rule: $rule) { success rule { ruleId name forS scope escalateAfterM } } }";
    const { createAlertRule } = await data(user, create, { rule });
    expect(createAlertRule).toMatchObject({ success: true, rule: { name: rule.name, forS: 60, scope: "own" } });
    const id = createAlertRule.rule.ruleId;
    expect(await codeOf(user, create, { rule: { ...rule, forS: -1 } })).toEqual({
      ...{ code: "INVALID_INPUT", field: "forS" },
    });
    expect(await codeOf(user, create, { rule: { ...rule, scope: "all" } })).toMatchObject({ code: "FORBIDDEN" });
    const update =
      "mutation ($id: ID!, $rule: AlertRuleInput!) { updateAlertRule(id: $id, rule: $rule) { rule { name forS } } }";
    const renamed = { ...rule, name: "Silent bots", forS: undefined };
    expect((await data(user, update, { id, rule: renamed })).updateAlertRule.rule).toEqual({
      ...{ name: "Silent bots", forS: 0 },
    });
    expect(await codeOf(await aUser(), update, { id, rule })).toEqual({ code: "NOT_FOUND" });
    expect((await data(user, "{ alertRules { ruleId } }")).alertRules).toEqual([{ ruleId: id }]);

    const channel =
      'mutation ($kind: String!, $url: String) { createAlertChannel(kind: $kind, name: "Pager", url: $url) { success channel { channelId hint enabled global } secret } }';
    const made = (await data(user, channel, { kind: "webhook", url: "https://pager.example.org/alerts" }))
      .createAlertChannel;
    expect(made).toMatchObject({ channel: { enabled: true, global: false }, secret: expect.stringMatching(/^whsec_/) });
    expect(await codeOf(user, channel, { kind: "webhook" })).toEqual({ code: "INVALID_INPUT", field: "url" });
    const { channelId } = made.channel;
    const switched = "mutation ($id: ID!) { updateAlertChannel(id: $id, enabled: false) { channel { enabled } } }";
    expect((await data(user, switched, { id: channelId })).updateAlertChannel.channel).toEqual({ enabled: false });
    expect((await data(user, "{ alertChannels { channelId } }")).alertChannels).toEqual([{ channelId }]);
    for (const [name, one] of [
      ["deleteAlertChannel", channelId],
      ["deleteAlertRule", id],
    ] as const) {
      const remove = `mutation ($id: ID!) { ${name}(id: $id) { success } }`;
      expect(await codeOf(await aUser(), remove, { id: one })).toEqual({ code: "NOT_FOUND" });
      expect((await data(user, remove, { id: one }))[name]).toEqual({ success: true });
      expect(await codeOf(user, remove, { id: one })).toEqual({ code: "NOT_FOUND" });
    }
    expect(await codeOf(user, 'mutation { testAlertChannel(id: "chan_unknown") { success } }')).toEqual({
      code: "NOT_FOUND",
    });
  });
});

it("the inbox is read and emptied by its owner", async () => {
  const [user, staff] = [await aUser(), await aUser("moderator")];
  const { ticket_id } = await aTicket(user);
  await staff.api.send("POST /api/tickets/{ticket_id}/messages", { params: { ticket_id }, body: { content: "Hello" } });
  const list = "{ notifications(unread: true) { nodes { id kind readAt } unreadCount } unreadNotifications }";
  const seen = await eventually(async () => {
    const found = await data(user, list);
    // Fields are resolved in parallel, so the notification may arrive between them.
    expect([found.notifications.nodes.length, found.unreadNotifications]).toEqual([1, 1]);
    return found;
  });
  const [{ id }] = seen.notifications.nodes;
  expect(seen).toMatchObject({ notifications: { nodes: [{ kind: "ticket_reply", readAt: null }], unreadCount: 1 } });
  const read = "mutation ($ids: [ID!]) { markNotificationsRead(ids: $ids) { success unreadCount } }";
  const remove = "mutation ($id: ID!) { deleteNotification(id: $id) { success unreadCount } }";
  await data(await aUser(), read, { ids: [id] });
  expect(await codeOf(await aUser(), remove, { id })).toEqual({ code: "NOT_FOUND" });
  expect((await data(user, list)).unreadNotifications).toBe(1);
  expect(await codeOf(user, read, { ids: [] })).toEqual({ code: "INVALID_INPUT", field: "ids" });
  expect((await data(user, read, { ids: [id] })).markNotificationsRead).toEqual({ success: true, unreadCount: 0 });
  expect((await data(user, read)).markNotificationsRead).toEqual({ success: true, unreadCount: 0 });
  expect((await data(user, remove, { id })).deleteNotification).toEqual({ success: true, unreadCount: 0 });
});

it("tickets are assigned, changed, merged, read and deleted", async () => {
  const [user, staff, admin] = [await aUser(), await aUser("moderator"), await theAdmin()];
  const [one, other] = [(await aTicket(user)).ticket_id, (await aTicket(user)).ticket_id];
  const assign =
    "mutation ($t: ID!, $u: ID) { assignTicket(ticketId: $t, userId: $u) { ticket { status assignedTo } } }";
  const u = String(staff.id);
  expect((await data(staff, assign, { t: one, u })).assignTicket.ticket).toEqual({ status: "claimed", assignedTo: u });
  expect((await data(staff, assign, { t: one })).assignTicket.ticket).toEqual({ status: "open", assignedTo: null });
  expect(await codeOf(staff, assign, { t: one, u: String(user.id) })).toEqual({
    ...{ code: "INVALID_INPUT", field: "userId" },
  });
  const update =
    'mutation ($t: ID!, $p: String) { updateTicket(ticketId: $t, priority: $p, tags: ["login"]) { ticket { priority tags } } }';
  expect((await data(staff, update, { t: one, p: "high" })).updateTicket.ticket).toEqual({
    ...{ priority: "high", tags: ["login"] },
  });
  expect(await codeOf(staff, update, { t: one, p: "odd" })).toEqual({ code: "INVALID_INPUT", field: "priority" });
  const merge =
    "mutation ($t: ID!, $into: ID!) { mergeTicket(ticketId: $t, into: $into) { ticket { id status } into { id } } }";
  expect((await data(staff, merge, { t: one, into: other })).mergeTicket).toEqual({
    ...{ ticket: { id: one, status: "closed" }, into: { id: other } },
  });
  const read = "mutation ($t: ID!) { markTicketRead(ticketId: $t) { success unreadCount } }";
  expect((await data(user, read, { t: other })).markTicketRead).toEqual({ success: true, unreadCount: 0 });
  const remove = "mutation ($t: ID!) { deleteTicket(ticketId: $t) { success } }";
  for (const [line, variables] of [
    [assign, { t: other }],
    [update, { t: other, p: "low" }],
    [merge, { t: other, into: one }],
    [remove, { t: other }],
  ] as const)
    expect(await codeOf(user, line, variables)).toEqual({ code: "FORBIDDEN" });
  expect(await codeOf(staff, remove, { t: other })).toEqual({ code: "FORBIDDEN" });
  expect((await data(admin, remove, { t: other })).deleteTicket).toEqual({ success: true });
  expect(await codeOf(admin, remove, { t: other })).toEqual({ code: "NOT_FOUND" });
});

it("commands go to many bots with an outcome for each, and failed ones can be sent again", async () => {
  const [user, stranger] = [await aUser(), await aUser()];
  const own = [await aBot(user), await aBot(user)];
  const foreign = await aBot(stranger);
  const bulk =
    'mutation ($ids: [ID!], $filter: BotFilter) { bulkCommand(botIds: $ids, filter: $filter, type: "greet", payload: { to: "all" }) { success queued results { botId status code command { id type } } } }';
  const ids = [...own, foreign].map(({ id }) => id);
  const { bulkCommand } = await data(user, bulk, { ids });
  expect(bulkCommand).toMatchObject({ success: true, queued: 2 });
  expect(bulkCommand.results.map((one: Json) => [one.botId, one.status, one.code])).toEqual([
    [own[0]!.id, "queued", null],
    [own[1]!.id, "queued", null],
    [foreign.id, "error", "NOT_FOUND"],
  ]);
  // Sending to all bots needs an explicit filter.
  expect(await codeOf(user, bulk)).toEqual({ code: "INVALID_INPUT", field: "botIds" });
  expect((await data(user, bulk, { filter: {} })).bulkCommand.queued).toBe(2);
  const once =
    'mutation ($ids: [ID!]) { bulkCommand(botIds: $ids, type: "greet", shard: 3, idempotencyKey: "once") { results { command { id shard } } } }';
  const [queued, repeated] = [await data(user, once, { ids }), await data(user, once, { ids })];
  expect(queued.bulkCommand.results[0].command).toEqual({ id: expect.any(String), shard: 3 });
  expect(repeated.bulkCommand.results[0].command).toEqual(queued.bulkCommand.results[0].command);
  const { id } = bulkCommand.results[0].command;
  await own[0]!.api.send("POST /api/commands/{command_id}/ack", {
    ...{ params: { command_id: id }, body: { status: "failed" } },
  });
  const again =
    "mutation ($bot: ID) { retryFailedCommands(botId: $bot) { success queued results { command { retryOf } } } }";
  expect((await data(user, again, { bot: own[0]!.id })).retryFailedCommands).toEqual({
    ...{ success: true, queued: 1, results: [{ command: { retryOf: id } }] },
  });
  expect(await codeOf(stranger, again, { bot: own[0]!.id })).toEqual({ code: "NOT_FOUND" });
});

it("bots are created, changed, given a new token and deleted by their owner", async () => {
  const user = await aUser();
  const create =
    'mutation ($name: String!) { createBot(name: $name, metadata: { platform: "discord" }) { success token bot { id name metadata } } }';
  const { createBot } = await data(user, create, { name: "Greeter" });
  const { id } = createBot.bot;
  expect(createBot.bot).toEqual({ id, name: "Greeter", metadata: { platform: "discord" } });
  expect(await codeOf(user, create, { name: " " })).toEqual({ code: "INVALID_INPUT", field: "name" });
  const status = (token: string) =>
    user.api.bearer(token).send("GET /api/bot/{bot_id}/status", { params: { bot_id: id } });
  expect((await status(createBot.token)).status).toBe(200);
  const rename = 'mutation ($id: ID!) { updateBot(id: $id, name: "Herald") { bot { name } } }';
  expect((await data(user, rename, { id })).updateBot.bot).toEqual({ name: "Herald" });
  const settings = "mutation ($id: ID!, $s: JSON!) { updateBotSettings(id: $id, settings: $s) { settings version } }";
  expect((await data(user, settings, { id, s: { prefix: "!" } })).updateBotSettings.settings).toEqual({ prefix: "!" });
  expect(await codeOf(user, settings, { id, s: [1] })).toMatchObject({ code: "INVALID_INPUT" });
  const renew = "mutation ($id: ID!) { regenerateBotToken(id: $id) { token } }";
  const remove = "mutation ($id: ID!) { deleteBot(id: $id) { success } }";
  for (const line of [rename, renew, remove]) {
    expect(await codeOf(await aUser(), line, { id })).toEqual({ code: "NOT_FOUND" });
    expect(await codeOf(await aUser("moderator"), line, { id })).toEqual({ code: "FORBIDDEN" });
  }
  // As in REST, the bot's token needs a key with scope admin.
  expect(await codeOf((await anApiKey(user, "operate")).api, renew, { id })).toEqual({ code: "FORBIDDEN" });
  const { token } = (await data(user, renew, { id })).regenerateBotToken;
  expect([(await status(createBot.token)).status, (await status(token)).status]).toEqual([401, 200]);
  expect((await data(user, remove, { id })).deleteBot).toEqual({ success: true });
  expect(await codeOf(user, remove, { id })).toEqual({ code: "NOT_FOUND" });
});
