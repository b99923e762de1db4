/** Document 002 "GraphQL API": every operation in the samples' formats, subscriptions over both transports, limits, audiences. */
import { describe, expect, it } from "vitest";
import type { Json } from "../api";
import { aBot, anApiKey, aUser, theAdmin } from "../factories";
import { ask, codeOf, data, PERCENT, SPEED } from "../graphql";

const SIZE = expect.stringMatching(/^\d+(\.\d)? (B|KB|MB|GB|TB|PB)$/);

const PLAIN_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);

const WHOLE = expect.toSatisfy(Number.isInteger);

describe("document 002's queries", () => {
  it("status", async () => {
    const query =
      "query { status { version uptime activeTasks totalDownloads totalUploads memoryUsage cpuUsage timestamp } }";
    expect((await data(await aUser(), query)).status).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      uptime: expect.stringMatching(/^\d+ (day|hour|minute|second)s?(, \d+ (hour|minute|second)s?)?$/),
      ...{ activeTasks: WHOLE, totalDownloads: WHOLE, totalUploads: WHOLE },
      ...{ memoryUsage: PERCENT, cpuUsage: PERCENT, timestamp: PLAIN_TIME },
    });
  });

  it("loggerStats counts what the caller's bots logged", async () => {
    const user = await aUser();
    const bot = await aBot(user);
    const body = ["error", "warning", "info", "critical"].map((type) => ({ type, message: `a ${type}` }));
    await bot.api.send("POST /api/bot/{bot_id}/logs", { params: { bot_id: bot.id }, body });
    const query =
      "query { loggerStats { totalLogs errorCount warningCount infoCount criticalCount recentErrors logFileSize } }";
    const counts = { totalLogs: 4, errorCount: 1, warningCount: 1, infoCount: 1, criticalCount: 1 };
    const { loggerStats } = await data(user, query);
    expect(loggerStats).toEqual({ ...counts, recentErrors: expect.any(Array), logFileSize: null });
    expect(loggerStats.recentErrors).toContainEqual(expect.stringMatching(/^a error at \d\d:\d\d:\d\d$/));
    expect((await data(await theAdmin(), query)).loggerStats).toMatchObject({ totalLogs: WHOLE, logFileSize: SIZE });
  });

  it("alertSummary, alerts and triggerAlert", async () => {
    const admin = await theAdmin();
    const message = `High memory usage detected ${Math.random()}`;
    const trigger =
      'mutation ($message: String!) { triggerAlert(level: "warning" message: $message) { success message } }';
    expect((await data(admin, trigger, { message })).triggerAlert).toEqual({
      success: true,
      message: expect.any(String),
    });
    const query =
      'query { alertSummary { totalAlerts criticalAlerts warningAlerts infoAlerts recentAlerts { level message timestamp } subscribers } alerts(limit: 5, severity: "medium") { level severity message timestamp } }';
    const { alertSummary, alerts } = await data(admin, query);
    const alert = { level: "warning", message, timestamp: PLAIN_TIME };
    const counts = { totalAlerts: WHOLE, criticalAlerts: WHOLE, warningAlerts: WHOLE, infoAlerts: WHOLE };
    expect(alertSummary).toEqual({ ...counts, recentAlerts: expect.arrayContaining([alert]), subscribers: WHOLE });
    expect(alerts).toContainEqual({ ...alert, severity: "medium" });
    expect(await codeOf(admin, '{ alerts(severity: "odd") { id } }')).toEqual({
      code: "INVALID_INPUT",
      field: "severity",
    });
    expect(await codeOf(admin, 'mutation { triggerAlert(level: "odd", message: "x") { success } }')).toMatchObject({
      code: "INVALID_INPUT",
      field: "level",
    });
    expect(await codeOf(await aUser(), 'mutation { triggerAlert(level: "info", message: "x") { success } }')).toEqual({
      code: "FORBIDDEN",
    });
  });

  it("backups, createBackup and verifyIntegrity", async () => {
    const admin = await theAdmin();
    const create =
      'mutation { createBackup(description: "Manual backup before update" backupName: "pre_update_backup") { success message filename } }';
    const { createBackup } = await data(admin, create);
    expect(createBackup).toEqual({
      success: true,
      message: "Backup created successfully",
      filename: expect.stringMatching(/^pre_update_backup_\d{8}_\d{6}\.tar\.gz$/),
    });
    const { backups } = await data(admin, "query { backups { filename size timestamp description status } }");
    const { filename } = createBackup;
    const description = "Manual backup before update";
    expect(backups).toContainEqual({ filename, size: SIZE, timestamp: PLAIN_TIME, description, status: "completed" });
    const verify = "mutation ($f: String!) { verifyIntegrity(filename: $f) { success filename } }";
    expect((await data(admin, verify, { f: filename })).verifyIntegrity).toEqual({ success: true, filename });
    expect(await codeOf(admin, verify, { f: "../../etc/passwd" })).toEqual({ code: "NOT_FOUND" });
    const restore = 'mutation { restoreBackup(filename: "none_20260101_000000.tar.gz") { success } }';
    expect(await codeOf(admin, restore)).toEqual({ code: "NOT_FOUND" });
    for (const line of ["{ backups { filename } }", create, restore])
      expect(await codeOf(await aUser("moderator"), line)).toEqual({ code: "FORBIDDEN" });
  });

  it("plugins and togglePlugin", async () => {
    const admin = await theAdmin();
    const { plugins } = await data(admin, "query { plugins { name version enabled description author hooks } }");
    expect(plugins).toContainEqual({
      name: "ticket_greeter",
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      enabled: false,
      description: expect.any(String),
      author: expect.any(String),
      hooks: ["ticket_opened"],
    });
    const toggle =
      'mutation ($on: Boolean!) { togglePlugin(pluginName: "ticket_greeter", enabled: $on) { success message } }';
    for (const on of [true, false])
      expect((await data(admin, toggle, { on })).togglePlugin).toEqual({
        success: true,
        message: `Plugin ${on ? "enabled" : "disabled"} successfully`,
      });
    const missing = 'mutation { togglePlugin(pluginName: "custom_notifier", enabled: true) { success message } }';
    expect(await codeOf(admin, missing)).toEqual({ code: "NOT_FOUND" });
    expect(await codeOf(await aUser("moderator"), missing)).toEqual({ code: "FORBIDDEN" });
    expect(await codeOf(await aUser(), "{ plugins { name } }")).toEqual({ code: "FORBIDDEN" });
  });

  it("taskStatus and downloadStats", async () => {
    const user = await aUser();
    const body = { url: "https://files.invalid/file.zip", userId: 123456789, destination: "local" };
    const { json } = await user.api.send("POST /api/download", { body });
    const query =
      "query ($id: String!) { taskStatus(taskId: $id) { id type status progress speed eta size filename startTime } }";
    const { taskStatus } = await data(user, query, { id: json.taskId });
    expect(taskStatus).toMatchObject({ id: json.taskId, type: "download", progress: expect.any(Number) });
    expect(await codeOf(user, query, { id: "task_123456" })).toEqual({ code: "NOT_FOUND" });
    expect(await codeOf(await aUser(), query, { id: json.taskId })).toEqual({ code: "NOT_FOUND" });
    const stats =
      "query { downloadStats { todayDownloads todayUploads totalBandwidth averageSpeed topDownloaders { userId username downloadCount totalSize } } }";
    expect((await data(user, stats)).downloadStats).toEqual({
      ...{ todayDownloads: WHOLE, todayUploads: WHOLE, totalBandwidth: SIZE, averageSpeed: SPEED },
      topDownloaders: expect.any(Array),
    });
  });

  it("clearCache and restartService", async () => {
    const admin = await theAdmin();
    expect((await data(admin, "mutation { clearCache { success message clearedItems } }")).clearCache).toEqual({
      ...{ success: true, message: expect.any(String), clearedItems: WHOLE },
    });
    const restart = "mutation ($s: String!) { restartService(service: $s) { success message } }";
    expect((await data(admin, restart, { s: "celery_worker" })).restartService).toMatchObject({ success: false });
    expect((await data(admin, restart, { s: "feeds" })).restartService).toMatchObject({ success: true });
    const stranger = await aUser("moderator");
    expect(await codeOf(stranger, "mutation { clearCache { success } }")).toEqual({ code: "FORBIDDEN" });
    expect(await codeOf(stranger, restart, { s: "feeds" })).toEqual({ code: "FORBIDDEN" });
  });
});

describe("the domain", () => {
  it("pages bots with their owners, and hides bots of other users", async () => {
    const user = await aUser();
    const own = [await aBot(user), await aBot(user), await aBot(user)].map(({ id }) => id).sort();
    const query =
      "query ($after: String) { bots(first: 2, after: $after) { nodes { id ownerId owner { username } } pageInfo { hasNextPage endCursor } } }";
    const first = (await data(user, query)).bots;
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = (await data(user, query, { after: first.pageInfo.endCursor })).bots;
    const nodes = [...first.nodes, ...second.nodes];
    expect(nodes.map((one: Json) => one.id).sort()).toEqual(own);
    expect(nodes[0]).toMatchObject({ ownerId: String(user.id), owner: { username: user.username } });
    expect(second.pageInfo).toEqual({ hasNextPage: false, endCursor: null });
    const stranger = await aUser();
    expect((await data(stranger, "{ bots { nodes { id } } }")).bots.nodes).toEqual([]);
    expect(await codeOf(stranger, "query ($id: ID!) { bot(id: $id) { id } }", { id: own[0] })).toEqual({
      code: "NOT_FOUND",
    });
    expect(await codeOf(user, '{ bots(after: "odd") { nodes { id } } }')).toMatchObject({ code: "INVALID_INPUT" });
    expect(await codeOf(user, "{ bots(first: -1) { nodes { id } } }")).toEqual({
      code: "INVALID_INPUT",
      field: "first",
    });
  });

  it("sends, cancels and repeats commands through the same queue", async () => {
    const user = await aUser();
    const bot = await aBot(user);
    const send =
      'mutation ($bot: ID!) { sendCommand(botId: $bot, type: "greet", payload: { to: ["all"] }) { success message command { id botId payload status bot { name } } } }';
    const { sendCommand } = await data(user, send, { bot: bot.id });
    expect(sendCommand).toMatchObject({
      success: true,
      command: { botId: bot.id, payload: { to: ["all"] }, status: "pending", bot: { name: "Greeter" } },
    });
    const { id } = sendCommand.command;
    const cancel = "mutation ($id: ID!) { cancelCommand(id: $id) { command { status reason } } }";
    expect((await data(user, cancel, { id })).cancelCommand.command).toEqual({ status: "failed", reason: "cancelled" });
    const retry = "mutation ($id: ID!) { retryCommand(id: $id) { command { retryOf status } } }";
    expect((await data(user, retry, { id })).retryCommand.command).toEqual({ retryOf: id, status: "pending" });
    const list = "query ($bot: ID) { commands(botId: $bot) { nodes { type } } bot(id: $bot) { pendingCommands } }";
    expect((await ask(user, list.replace("$bot: ID)", "$bot: ID!)"), { bot: bot.id })).data).toEqual({
      commands: { nodes: [{ type: "greet" }, { type: "greet" }] },
      bot: { pendingCommands: 1 },
    });
    const readKey = await anApiKey(user, "read");
    expect(await codeOf(readKey.api, send, { bot: bot.id })).toEqual({ code: "FORBIDDEN" });
    expect(await codeOf(await aUser(), send, { bot: bot.id })).toEqual({ code: "NOT_FOUND" });
    expect(await codeOf(await aUser(), cancel, { id })).toEqual({ code: "NOT_FOUND" });
    const bad = 'mutation ($bot: ID!) { sendCommand(botId: $bot, type: "x", maxAttempts: 0) { success } }';
    expect(await codeOf(user, bad, { bot: bot.id })).toEqual({ code: "INVALID_INPUT", field: "maxAttempts" });
  });

  it("opens, answers and closes tickets; notes stay with staff", async () => {
    const user = await aUser();
    const staff = await aUser("moderator");
    const create =
      'mutation { createTicket(type: "Support", subject: "Cannot sign in", description: "The page says my code is wrong.") { success ticket { id status } } }';
    const { ticket } = (await data(user, create)).createTicket;
    const reply =
      'mutation ($t: ID!, $note: Boolean) { replyTicket(ticketId: $t, content: "Seen", isNote: $note) { message { content isNote } } }';
    await data(staff, reply, { t: ticket.id, note: true });
    await data(staff, reply, { t: ticket.id, note: false });
    expect(await codeOf(user, reply, { t: ticket.id, note: true })).toEqual({ code: "FORBIDDEN" });
    const read = "query ($t: ID!) { ticket(id: $t) { priority messages { nodes { isNote } } } }";
    const notes = (json: Json) => json.ticket.messages.nodes.filter((one: Json) => one.isNote).length;
    const seen = await data(user, read, { t: ticket.id });
    expect([seen.ticket.priority, notes(seen)]).toEqual([null, 0]);
    expect(notes(await data(staff, read, { t: ticket.id }))).toBe(1);
    const close = "mutation ($t: ID!) { closeTicket(ticketId: $t) { success ticket { status } } }";
    expect(await codeOf(user, close, { t: ticket.id })).toEqual({ code: "FORBIDDEN" });
    expect((await data(staff, close, { t: ticket.id })).closeTicket).toEqual({
      success: true,
      ticket: { status: "closed" },
    });
    expect(await codeOf(await aUser(), read, { t: ticket.id })).toMatchObject({
      code: expect.stringMatching(/^(FORBIDDEN|NOT_FOUND)$/),
    });
    expect((await data(user, "{ tickets { nodes { id } } }")).tickets.nodes).toEqual([{ id: ticket.id }]);
  });
});
