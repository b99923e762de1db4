/** The plugins that come with Muster, in their real processes; Discord is a local server that answers as it does. */
import { resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import { outbound } from "@/lib/core/outbound/index";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { eventually } from "@/tests/eventually";
import { discordWebhook } from "@/tests/standins/discord-webhook";
import type { ActionDeps } from "./actions";
import { createPluginLog } from "./log";
import { createPluginService, type PluginService } from "./service";
import { createPluginStore } from "./store";

const admin = { kind: "user", user_id: 1, role: "admin", scope: "admin" } as UserActor;

let database: TestDatabase;
let service: PluginService;
const sendCommand = vi.fn<ActionDeps["sendCommand"]>();
const replyTicket = vi.fn<ActionDeps["replyTicket"]>();
const raiseAlert = vi.fn<ActionDeps["raiseAlert"]>();
const resolveAlert = vi.fn<ActionDeps["resolveAlert"]>();

beforeAll(async () => {
  database = await openRoom(databases[0]!);
});
afterAll(() => database.close());
beforeEach(async () => {
  for (const table of ["plugin", "plugin_value", "plugin_log"]) await database.run(`DELETE FROM ${table}`);
  sendCommand.mockReset().mockResolvedValue({ id: "cmd_1", status: "pending" });
  replyTicket.mockReset().mockResolvedValue({ message_id: "msg_1" });
  raiseAlert.mockReset().mockResolvedValue({ alert_id: "alert_1", state: "firing", count: 1 });
  resolveAlert.mockReset().mockResolvedValue({ alert_id: "alert_1", state: "resolved", count: 1 });
  const store = createPluginStore();
  service = createPluginService({
    store,
    log: createPluginLog(store, Date.now),
    places: [resolve("plugins")],
    actions: {
      values: store.values,
      sendCommand,
      replyTicket,
      notify: async () => {},
      raiseAlert,
      resolveAlert,
      // The stand-in is on this machine.
      outbound: (url, options) => outbound(url, { ...options, trusted: true }),
    },
    emit: () => {},
    now: Date.now,
    version: "1.0.0",
  });
  await service.start();
});
afterEach(() => service.stop());

const enable = async (name: string, settings: Record<string, unknown>) => {
  await service.putSettings(admin, name, settings);
  await service.setEnabled(admin, name, true);
};
const stats = async (name: string) => (await service.get(admin, name)).stats;
const called = (name: string, calls: number) =>
  eventually(async () => expect(await stats(name)).toMatchObject({ calls, errors: 0, queued: 0 }));
const linesOf = async (name: string) =>
  (await service.lines(admin, name, { limit: 100 })).lines
    .map(({ level, message }) => `${level}: ${message}`)
    .join("\n");

it("are all usable", async () => {
  const all = await service.list(admin);
  expect(all.map(({ name, state }) => [name, state])).toEqual(
    ["auto_reply", "discord_webhook", "log_alarm", "ticket_greeter"].map((name) => [name, "disabled"]),
  );
});

describe("auto_reply", () => {
  let count = 0;
  const message = (text: string, over: Record<string, unknown> = {}) =>
    service.tell(
      "message",
      () =>
        ({
          message: {
            id: `msg_${++count}`,
            bot_id: "greeter",
            message: text,
            author_id: "7",
            author_name: "Ann",
            thread_id: "t1",
            thread_type: "GROUP",
            timestamp: "",
            metadata: {},
            ...over,
          },
        }) as never,
    );
  const sent = () =>
    sendCommand.mock.calls.map(([, { bot_id, payload }]) => [bot_id, payload.thread_id, payload.message]);

  it("answers a keyword where it was said, by the bot that saw it", async () => {
    await enable("auto_reply", { rules: ["hello => Hi {author}!", "opening hours => 9 to 17 => daily", "no arrow"] });
    message("Well, HELLO there");
    message("othello is a play");
    message("what are your opening hours?", { thread_id: "t2", thread_type: "USER" });
    message("no arrow");
    await called("auto_reply", 4);
    expect(sent()).toEqual([
      ["greeter", "t1", "Hi Ann!"],
      ["greeter", "t2", "9 to 17 => daily"],
    ]);
    expect(sendCommand.mock.calls[0]![1]).toMatchObject({
      type: "send_message",
      payload: { thread_type: "GROUP" },
      idempotency_key: "auto_reply:msg_1",
    });
  });

  it("rests after an answer, in that conversation and of that rule alone", async () => {
    await enable("auto_reply", { rules: ["hello => Hi", "bye => See you"] });
    for (const text of ["hello", "hello again", "bye"]) message(text);
    message("hello", { thread_id: "t2" });
    await called("auto_reply", 4);
    expect(sent().map(([, thread, text]) => [thread, text])).toEqual([
      ["t1", "Hi"],
      ["t1", "See you"],
      ["t2", "Hi"],
    ]);
  });

  it("does not answer bots, itself, or for ever", async () => {
    await enable("auto_reply", {
      rules: ["ping => pong ping", ...Array.from({ length: 9 }, (_, at) => `w${at} => a${at} w${at + 1}`)],
      cooldown_s: 1,
    });
    message("ping", { author_id: "greeter" });
    message("ping", { metadata: { from_self: true } });
    message("ping", { metadata: { is_bot: true } });
    await called("auto_reply", 3);
    expect(sent()).toEqual([]);
    // The plugin's answer returns as another bot's message and must not trigger the next answer.
    message("w0");
    message("a0 w1", { author_id: "8" });
    for (let at = 2; at < 9; at++) message(`w${at}`);
    await called("auto_reply", 12);
    expect(sent().map(([, , text]) => text)).toEqual(["a0 w1", "a2 w3", "a3 w4", "a4 w5", "a5 w6"]);
  });

  it("keeps to the bots it was told", async () => {
    await enable("auto_reply", { rules: ["hello => Hi"], bots: ["greeter"], command: "say" });
    message("hello", { bot_id: "another" });
    message("hello");
    await called("auto_reply", 2);
    expect(sendCommand).toHaveBeenCalledExactlyOnceWith(
      "auto_reply",
      expect.objectContaining({ bot_id: "greeter", type: "say" }),
    );
  });
});

describe("ticket_greeter", () => {
  const opened = (over: Record<string, unknown>) =>
    service.tell(
      "ticket_opened",
      () =>
        ({
          ticket: { ticket_id: "tk_1", ticket_num: 5, type: "Support", subject: "Lost key", user_name: "ann", ...over },
        }) as never,
    );

  it("greets in the words for the type, and not at all where it is told so", async () => {
    await enable("ticket_greeter", {
      greeting: "Hello {user}, #{number}: {subject} {other}",
      by_type: ["bug => A {type}, {user}"],
      quiet_types: ["Application"],
    });
    opened({ subject: "My {user} $& key" });
    opened({ ticket_id: "tk_2", type: "Bug" });
    opened({ ticket_id: "tk_3", type: "application" });
    await called("ticket_greeter", 3);
    expect(replyTicket.mock.calls).toEqual([
      ["ticket_greeter", "tk_1", "Hello ann, #5: My {user} $& key {other}"],
      ["ticket_greeter", "tk_2", "A Bug, ann"],
    ]);
    expect(await linesOf("ticket_greeter")).toMatch(/Greeted ticket #5 \(Support\)/);
  });

  it("has a greeting from the start", async () => {
    await service.setEnabled(admin, "ticket_greeter", true);
    opened({});
    await called("ticket_greeter", 1);
    expect(replyTicket.mock.calls[0]![2]).toMatch(/^Hello ann, thank you for ticket #5/);
  });
});

describe("log_alarm", () => {
  const logged = (bot_id: string, message: string, type = "error") =>
    service.tell("log", () => ({ log: { bot_id, message, type } }) as never, type);
  const alarms = ["Out of memory => critical", "no such table"];

  it("raises one alert for a bot and its words, and resolves it when they stay away, over a restart too", async () => {
    await enable("log_alarm", { alarms, quiet_min: 1 });
    logged("ada", "all is well");
    logged("ada", "OUT OF MEMORY: killed");
    logged("ada", "out of memory again");
    logged("ada", "no such table: users");
    logged("bob", "out of memory");
    logged("bob", "out of memory", "info");
    await called("log_alarm", 5);
    expect(raiseAlert.mock.calls).toEqual([
      ["log_alarm", { level: "critical", message: "ada logged: OUT OF MEMORY: killed", group: "ada out of memory" }],
      ["log_alarm", { level: "warning", message: "ada logged: no such table: users", group: "ada no such table" }],
      ["log_alarm", { level: "critical", message: "bob logged: out of memory", group: "bob out of memory" }],
    ]);
    expect(await linesOf("log_alarm")).toContain(
      "info: Raised a critical alert (alert_1): ada logged: OUT OF MEMORY: killed",
    );
    // A minute later, for all that is stored.
    await database.run(`UPDATE plugin_value SET value = '1' WHERE plugin = 'log_alarm' AND key LIKE 'ada%'`);
    await service.reload(admin, "log_alarm");
    expect(resolveAlert.mock.calls).toEqual([
      ["log_alarm", "ada no such table"],
      ["log_alarm", "ada out of memory"],
    ]);
    expect(await linesOf("log_alarm")).toContain("info: Resolved the alert alert_1");
  });

  it("goes on when it may not say more", async () => {
    await enable("log_alarm", { alarms });
    for (let bot = 0; bot < 32; bot++) logged(`bot${bot}`, "out of memory");
    await called("log_alarm", 32);
    expect(raiseAlert).toHaveBeenCalledTimes(30);
    expect(await linesOf("log_alarm")).toContain("warning: A plugin can do this at most 30 times a minute");
  });
});

describe("discord_webhook", () => {
  let discord: Awaited<ReturnType<typeof discordWebhook>>;
  beforeEach(async () => {
    discord = await discordWebhook();
  });
  afterEach(() => discord.close());
  const settled = (type: string, over: Record<string, unknown> = {}) =>
    service.tell(
      "command_settled",
      () =>
        ({ command: { type, bot_id: "b", status: "failed", reason: null, result: { error: "no" }, ...over } }) as never,
    );
  const status = (word: string) =>
    service.tell("bot_status", () => ({ bot: { id: "b", name: "Greeter", status: word }, data: {} }) as never);
  const titles = () => discord.embeds().map((embed) => embed.title);
  const posted = (count: number) => eventually(() => expect(titles()).toHaveLength(count));

  it("posts what it was told to, together what comes together, and nobody is pinged", async () => {
    await enable("discord_webhook", { webhook_url: discord.url, error_logs: true });
    // The first has to wait, and what is told meanwhile goes with it.
    discord.limit(1, 1);
    for (const word of ["online", "online", "offline", "offline", "online"]) status(word);
    settled("ping");
    settled("fine", { status: "completed" });
    settled("not wanted", { reason: "cancelled" });
    service.tell(
      "log",
      () =>
        ({ log: { bot_id: "b", type: "error", message: "@everyone", timestamp: new Date().toISOString() } }) as never,
      "error",
    );
    service.tell("ticket_opened", () => ({ ticket: { ticket_num: 5, type: "Bug", subject: "Lost" } }) as never);
    await posted(5);
    expect(titles()).toEqual([
      "Greeter is offline",
      "Greeter is back",
      "Command ping failed",
      "Error of b",
      "Ticket #5 opened",
    ]);
    for (const post of discord.posts)
      expect(post).toMatchObject({ username: "Muster", allowed_mentions: { parse: [] } });
    expect(discord.requests()).toBeLessThan(5);
  });

  it("waits as long as Discord says, bears its failures, and loses nothing", async () => {
    await enable("discord_webhook", { webhook_url: discord.url });
    discord.limit(2, 0.2);
    settled("one");
    await posted(1);
    expect(discord.requests()).toBe(3);
    discord.breakDown(1);
    settled("two");
    await posted(2);
    expect(await linesOf("discord_webhook")).toMatch(/warning: Discord asks to wait 0\.3 s/);
  });

  it("keeps to the size of a request", async () => {
    await enable("discord_webhook", { webhook_url: discord.url });
    for (let at = 0; at < 14; at++) settled(`c${at}`, { result: { error: "x".repeat(3000) } });
    await posted(14);
    expect(titles()).toEqual(Array.from({ length: 14 }, (_, at) => `Command c${at} failed`));
  });

  it("says what is wrong with its address, and shows it to nobody", async () => {
    await expect(enable("discord_webhook", { webhook_url: "https://example.org/hook" })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/no webhook of Discord/),
    });
    await enable("discord_webhook", { webhook_url: `${discord.url}-another` });
    settled("ping");
    await eventually(async () =>
      expect(await linesOf("discord_webhook")).toMatch(/error: Discord refused 1 posts with 404: .*Unknown Webhook/),
    );
    expect(await linesOf("discord_webhook")).not.toContain("token-of-the-tests");
    expect(JSON.stringify(await service.get(admin, "discord_webhook"))).not.toContain("token-of-the-tests");
  });
});
