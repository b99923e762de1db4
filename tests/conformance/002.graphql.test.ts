/** Document 002 "GraphQL API": every operation in the samples' formats, subscriptions over both transports, limits, audiences. */
import { createClient } from "graphql-ws";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Api, type Json } from "../api";
import { aBot, anApiKey, aUser, type TestUser, theAdmin } from "../factories";
import { ask, codeOf, data } from "../graphql";
import { theServer } from "../the-server";

const { url } = theServer();
const PERCENT = expect.stringMatching(/^\d{1,3}%$/);
const SIZE = expect.stringMatching(/^\d+(\.\d)? (B|KB|MB|GB|TB|PB)$/);
const SPEED = expect.stringMatching(/^\d+(\.\d)? (B|KB|MB|GB|TB|PB)\/s$/);
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

describe("refusals", () => {
  const status = "{ status { version } }";

  it("without a credential are 401 in GraphQL's form and reveal no schema", async () => {
    for (const query of [status, "{ __schema { types { name } } }"]) {
      const answer = await new Api().send("POST /graphql", { body: { query } });
      expect([answer.status, answer.json]).toEqual([
        401,
        { errors: [{ message: expect.any(String), extensions: { code: "UNAUTHORIZED" } }] },
      ]);
    }
  });

  it("name what is wrong with a body or a document", async () => {
    const { api } = await aUser();
    for (const body of ["{", "[]", "{}", '[{"query":"{ status { version } }"}]', { query: 5 }]) {
      const answer = await api.send("POST /graphql", { body });
      expect([answer.status, answer.json.errors[0].extensions.code]).toEqual([400, "INVALID_INPUT"]);
    }
    for (const query of ["{", "{ nope }", "query ($a: Odd) { me { id } }", "{ taskStatus { id } }"])
      expect(await codeOf(api, query)).toMatchObject({ code: "INVALID_INPUT" });
    const which = await api.send("POST /graphql", { body: { query: "query A { me { id } } query B { me { id } }" } });
    expect([which.status, which.json.errors[0].extensions.code]).toEqual([400, "INVALID_INPUT"]);
    const big = await api.send("POST /graphql", { body: { query: status, variables: { x: "x".repeat(300_000) } } });
    expect([big.status, big.json.errors[0].extensions.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
  });

  it("stop operations over the limits", async () => {
    const { api } = await aUser();
    const nested = "{ bots(first: 200) { nodes { commands(first: 200) { nodes { bot { id } } } } } }";
    const aliases = `{ me { ${Array.from({ length: 40 }, (_, n) => `a${n}: id`).join(" ")} } }`;
    const tokens = `{ me { ${"id ".repeat(3000)} } }`;
    for (const query of [nested, aliases, tokens]) {
      const { errors, data: none } = await ask(api, query);
      expect([errors[0].extensions.code, none]).toEqual(["INVALID_INPUT", undefined]);
    }
  });

  it("allow only queries by GET", async () => {
    const { api } = await aUser();
    expect((await api.send("GET /graphql", { query: { query: status } })).json.data.status).toBeTruthy();
    const named = { query: "query A($n: Int) { bots(first: $n) { nodes { id } } }", variables: '{"n":1}' };
    expect((await api.send("GET /graphql", { query: named })).json.data.bots.nodes).toEqual([]);
    const change = await api.send("GET /graphql", { query: { query: "mutation { clearCache { success } }" } });
    expect([change.status, change.json.data]).toEqual([405, undefined]);
  });

  it("sends a browser to the playground", async () => {
    const accept = "text/html,application/xhtml+xml,*/*;q=0.8";
    const answer = await new Api().send("GET /graphql", { headers: { accept }, query: { query: "{ me { id } }" } });
    const location = "/dashboard/graphql?query=%7B+me+%7B+id+%7D+%7D";
    expect([answer.status, answer.headers.get("location")]).toEqual([302, location]);
  });

  it("stop a page of another site with the cookie", async () => {
    const { api } = await aUser();
    const answer = await api.send("POST /graphql", {
      body: { query: status },
      headers: { origin: "https://evil.example", "content-type": "text/plain" },
    });
    expect(answer.status).toBe(403);
  });

  it("counts 100 a minute and reports the remaining requests", async () => {
    const { api } = await aUser();
    const answer = await api.send("POST /graphql", { body: { query: status } });
    const limit = Number(answer.headers.get("x-ratelimit-limit"));
    expect(limit % 100).toBe(0);
    expect(Number(answer.headers.get("x-ratelimit-remaining"))).toBe(limit - 1);
  });

  it("lets signed-in callers read the schema", async () => {
    const { __schema } = await data(
      await aUser(),
      "{ __schema { queryType { fields { name type { name ofType { name } } } } } }",
    );
    expect(__schema.queryType.fields.map((one: Json) => one.name)).toContain("downloadStats");
  });
});

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** The events of a subscription, in order. */
type Events = { next(): Promise<Json> };

async function bySse(user: TestUser, query: string, variables?: Json): Promise<Events> {
  const gone = new AbortController();
  closing.push(() => gone.abort());
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream", authorization: `Bearer ${user.jwt}` },
    body: JSON.stringify({ query, variables }),
    signal: gone.signal,
  });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async next() {
      for (;;) {
        const found = /event: (\w+)\ndata:(.*)\n\n/.exec(text);
        if (found) {
          text = text.slice(found.index + found[0].length);
          return found[1] === "next" ? JSON.parse(found[2]!) : "complete";
        }
        const { value, done } = await reader.read();
        if (done) return "end";
        text += value;
      }
    },
  };
}

function socketOf(user: TestUser, token = user.jwt) {
  const closed: Json[] = [];
  let onClosed = () => {};
  const client = createClient({
    url: `${url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    lazy: true,
    on: {
      closed: (event) => {
        closed.push(event);
        onClosed();
      },
    },
  });
  closing.push(() => client.dispose());
  return {
    client,
    closed: () =>
      closed[0]
        ? Promise.resolve(closed[0])
        : new Promise<Json>((resolve) => {
            onClosed = () => resolve(closed[0]);
          }),
  };
}

async function bySocket(user: TestUser, query: string, variables?: Json): Promise<Events> {
  const iterator = socketOf(user).client.iterate({ query, variables });
  return { next: async () => (await iterator.next().then(({ done, value }) => (done ? "complete" : value))) as Json };
}

describe.each([
  ["server-sent events", bySse],
  ["graphql-ws", bySocket],
] as const)("subscriptions by %s", (_name, subscribe) => {
  it("sends systemMetrics repeatedly", async () => {
    const events = await subscribe(
      await aUser(),
      "subscription { systemMetrics { timestamp cpuUsage memoryUsage diskUsage networkIn networkOut } }",
    );
    for (let n = 0; n < 2; n++)
      expect((await events.next()).data.systemMetrics).toEqual({
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        ...{ cpuUsage: PERCENT, memoryUsage: PERCENT, diskUsage: PERCENT, networkIn: SPEED, networkOut: SPEED },
      });
  });

  it("sends taskProgress until the task ends", async () => {
    const user = await aUser();
    const body = { url: "https://files.invalid/file.zip", destination: "local" };
    const { taskId } = (await user.api.send("POST /api/download", { body })).json;
    const query = "subscription ($id: String!) { taskProgress(taskId: $id) { taskId progress speed eta status } }";
    const events = await subscribe(user, query, { id: taskId });
    const first = (await events.next()).data.taskProgress;
    expect(first).toMatchObject({ taskId, progress: expect.any(Number), status: expect.any(String) });
    await user.api.send("DELETE /api/tasks/{task_id}", { params: { task_id: taskId } });
    let last: Json = first;
    for (let event = await events.next(); event !== "complete"; event = await events.next())
      last = event.data.taskProgress;
    expect(["cancelled", "failed"]).toContain(last.status);
  });

  it("logStream and commandUpdates send only events of the caller's bots", async () => {
    const [user, stranger] = [await aUser(), await aUser()];
    const [own, other] = [await aBot(user), await aBot(stranger)];
    const logs = await subscribe(user, 'subscription { logStream(level: "error") { message botId bot { name } } }');
    const commands = await subscribe(user, "subscription { commandUpdates { action command { botId } } }");
    const say = (bot: typeof own, type: string, message: string) =>
      bot.api.send("POST /api/bot/{bot_id}/logs", { params: { bot_id: bot.id }, body: { type, message } });
    // A subscription starts a moment after its request, so repeat the event until it arrives.
    let heard = false;
    const saying = (async () => {
      for (let n = 0; !heard && n < 100; n++) {
        await say(other, "error", "not yours");
        await say(own, "info", "not asked for");
        await say(own, "error", "yours");
        await stranger.api.send("POST /api/commands", { body: { bot_id: other.id, type: "x" } });
        await user.api.send("POST /api/commands", { body: { bot_id: own.id, type: "x" } });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    expect((await logs.next()).data.logStream).toEqual({ message: "yours", botId: own.id, bot: { name: "Greeter" } });
    expect((await commands.next()).data.commandUpdates).toEqual({ action: "queued", command: { botId: own.id } });
    heard = true;
    await saying;
  });

  it("ticketMessages sends notes only to staff, and nothing to strangers", async () => {
    const [user, staff] = [await aUser(), await aUser("moderator")];
    const body = { type: "Support", subject: "Cannot sign in", description: "The page says my code is wrong." };
    const { ticket_id } = (await user.api.send("POST /api/tickets", { body })).json;
    const query = "subscription ($t: ID!) { ticketMessages(ticketId: $t) { content isNote } }";
    const mine = await subscribe(user, query, { t: ticket_id });
    const theirs = await subscribe(staff, query, { t: ticket_id });
    let heard = false;
    const saying = (async () => {
      for (let n = 0; !heard && n < 100; n++) {
        const send = (content: string, is_note: boolean) =>
          staff.api.send("POST /api/tickets/{ticket_id}/messages", {
            params: { ticket_id },
            body: { content, is_note },
          });
        await send("between us", true);
        await send("hello", false);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    expect((await mine.next()).data.ticketMessages).toEqual({ content: "hello", isNote: false });
    const both = [await theirs.next(), await theirs.next()].map((one) => one.data.ticketMessages.isNote);
    expect(both.sort()).toEqual([false, true]);
    heard = true;
    await saying;
  });

  it("is refused for what the caller may not see", async () => {
    const bot = await aBot(await aUser());
    const stranger = await aUser();
    for (const [query, variables] of [
      ["subscription ($id: ID!) { botUpdates(botId: $id) { action } }", { id: bot.id }],
      ["subscription ($id: ID!) { logStream(botId: $id) { id } }", { id: bot.id }],
      ['subscription { taskProgress(taskId: "task_123456") { taskId } }', {}],
    ] as const) {
      const events = await subscribe(stranger, query, variables);
      const answer = await events.next().catch((errors) => ({ errors }));
      expect(answer.errors[0].extensions.code).toBe("NOT_FOUND");
    }
  });

  it("ends with the credential", async () => {
    const user = await aUser();
    const events = await subscribe(user, "subscription { systemMetrics { timestamp } }");
    await events.next();
    await user.api.send("POST /api/auth/logout");
    let last: Json = "";
    for (let n = 0; n < 5 && !/ended|complete|end/.test(JSON.stringify(last)); n++)
      last = await events.next().catch((error) => ({ ended: String(error?.reason ?? error) }));
    expect(JSON.stringify(last)).toMatch(/ended|complete|end/);
  });
});

describe("a WebSocket", () => {
  it("is closed with 4401 for an invalid credential, and with 4403 for a bot's", async () => {
    const user = await aUser();
    const bot = await aBot(user);
    for (const [token, code] of [
      ["nonsense", 4401],
      [bot.token, 4403],
    ] as const) {
      const { client, closed } = socketOf(user, token);
      client.subscribe({ query: "{ me { id } }" }, { next() {}, error() {}, complete() {} });
      expect((await closed()).code).toBe(code);
    }
  });

  it("answers queries and refuses operations over the limits, as HTTP does", async () => {
    const user = await aUser();
    const { client } = socketOf(user);
    const one = await client.iterate({ query: "{ me { username } }" }).next();
    expect(one.value).toEqual({ data: { me: { username: user.username } } });
    const big = { query: "{ bots(first: 200) { nodes { commands(first: 200) { nodes { bot { id } } } } } }" };
    const refused = await client.iterate(big).next();
    expect(refused.value?.errors?.[0]?.extensions?.code).toBe("INVALID_INPUT");
    const wrong = await client
      .iterate({ query: "{ nope }" })
      .next()
      .catch((errors) => errors);
    expect(wrong[0].extensions.code).toBe("INVALID_INPUT");
  });

  it("accepts the cookie only from our own pages", async () => {
    const { cookie } = await aUser();
    const connect = (origin: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
          headers: { cookie: `session_token=${cookie}`, origin },
        });
        closing.push(() => socket.terminate());
        socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init" })));
        socket.on("message", (text) => resolve(JSON.parse(String(text)).type));
        socket.on("close", (code) => resolve(String(code)));
      });
    expect(await connect(url)).toBe("connection_ack");
    expect(await connect("https://evil.example")).toBe("4403");
  });
});
