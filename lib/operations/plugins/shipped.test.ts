/** The plugins that come with Muster, in their real processes. */
import { describe, expect, it } from "vitest";
import { admin } from "@/tests/db/plugins";
import { shippedPlugins } from "@/tests/db/plugins.shipped";

const shipped = shippedPlugins();
const { sendCommand, replyTicket, raiseAlert, resolveAlert } = shipped;

it("are all usable", async () => {
  const all = await shipped.service.list(admin);
  expect(all.map(({ name, state }) => [name, state])).toEqual(
    ["auto_reply", "discord_webhook", "log_alarm", "ticket_greeter"].map((name) => [name, "disabled"]),
  );
});

describe("auto_reply", () => {
  let count = 0;
  const message = (text: string, over: Record<string, unknown> = {}) =>
    shipped.service.tell(
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
    await shipped.enable("auto_reply", {
      rules: ["hello => Hi {author}!", "opening hours => 9 to 17 => daily", "no arrow"],
    });
    message("Well, HELLO there");
    message("othello is a play");
    message("what are your opening hours?", { thread_id: "t2", thread_type: "USER" });
    message("no arrow");
    await shipped.called("auto_reply", 4);
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
    await shipped.enable("auto_reply", { rules: ["hello => Hi", "bye => See you"] });
    for (const text of ["hello", "hello again", "bye"]) message(text);
    message("hello", { thread_id: "t2" });
    await shipped.called("auto_reply", 4);
    expect(sent().map(([, thread, text]) => [thread, text])).toEqual([
      ["t1", "Hi"],
      ["t1", "See you"],
      ["t2", "Hi"],
    ]);
  });

  it("does not answer bots, itself, or for ever", async () => {
    await shipped.enable("auto_reply", {
      rules: ["ping => pong ping", ...Array.from({ length: 9 }, (_, at) => `w${at} => a${at} w${at + 1}`)],
      cooldown_s: 1,
    });
    message("ping", { author_id: "greeter" });
    message("ping", { metadata: { from_self: true } });
    message("ping", { metadata: { is_bot: true } });
    await shipped.called("auto_reply", 3);
    expect(sent()).toEqual([]);
    // The plugin's answer returns as another bot's message and must not trigger the next answer.
    message("w0");
    message("a0 w1", { author_id: "8" });
    for (let at = 2; at < 9; at++) message(`w${at}`);
    await shipped.called("auto_reply", 12);
    expect(sent().map(([, , text]) => text)).toEqual(["a0 w1", "a2 w3", "a3 w4", "a4 w5", "a5 w6"]);
  });

  it("keeps to the bots it was told", async () => {
    await shipped.enable("auto_reply", { rules: ["hello => Hi"], bots: ["greeter"], command: "say" });
    message("hello", { bot_id: "another" });
    message("hello");
    await shipped.called("auto_reply", 2);
    expect(sendCommand).toHaveBeenCalledExactlyOnceWith(
      "auto_reply",
      expect.objectContaining({ bot_id: "greeter", type: "say" }),
    );
  });
});

describe("ticket_greeter", () => {
  const opened = (over: Record<string, unknown>) =>
    shipped.service.tell(
      "ticket_opened",
      () =>
        ({
          ticket: { ticket_id: "tk_1", ticket_num: 5, type: "Support", subject: "Lost key", user_name: "ann", ...over },
        }) as never,
    );

  it("greets in the words for the type, and not at all where it is told so", async () => {
    await shipped.enable("ticket_greeter", {
      greeting: "Hello {user}, #{number}: {subject} {other}",
      by_type: ["bug => A {type}, {user}"],
      quiet_types: ["Application"],
    });
    opened({ subject: "My {user} $& key" });
    opened({ ticket_id: "tk_2", type: "Bug" });
    opened({ ticket_id: "tk_3", type: "application" });
    await shipped.called("ticket_greeter", 3);
    expect(replyTicket.mock.calls).toEqual([
      ["ticket_greeter", "tk_1", "Hello ann, #5: My {user} $& key {other}"],
      ["ticket_greeter", "tk_2", "A Bug, ann"],
    ]);
    expect(await shipped.linesOf("ticket_greeter")).toMatch(/Greeted ticket #5 \(Support\)/);
  });

  it("has a greeting from the start", async () => {
    await shipped.service.setEnabled(admin, "ticket_greeter", true);
    opened({});
    await shipped.called("ticket_greeter", 1);
    expect(replyTicket.mock.calls[0]![2]).toMatch(/^Hello ann, thank you for ticket #5/);
  });
});

describe("log_alarm", () => {
  const logged = (bot_id: string, message: string, type = "error") =>
    shipped.service.tell("log", () => ({ log: { bot_id, message, type } }) as never, type);
  const alarms = ["Out of memory => critical", "no such table"];

  it("raises one alert for a bot and its words, and resolves it when they stay away, over a restart too", async () => {
    await shipped.enable("log_alarm", { alarms, quiet_min: 1 });
    logged("ada", "all is well");
    logged("ada", "OUT OF MEMORY: killed");
    logged("ada", "out of memory again");
    logged("ada", "no such table: users");
    logged("bob", "out of memory");
    logged("bob", "out of memory", "info");
    await shipped.called("log_alarm", 5);
    expect(raiseAlert.mock.calls).toEqual([
      ["log_alarm", { level: "critical", message: "ada logged: OUT OF MEMORY: killed", group: "ada out of memory" }],
      ["log_alarm", { level: "warning", message: "ada logged: no such table: users", group: "ada no such table" }],
      ["log_alarm", { level: "critical", message: "bob logged: out of memory", group: "bob out of memory" }],
    ]);
    expect(await shipped.linesOf("log_alarm")).toContain(
      "info: Raised a critical alert (alert_1): ada logged: OUT OF MEMORY: killed",
    );
    // A minute later, for all that is stored.
    await shipped.database.run(`UPDATE plugin_value SET value = '1' WHERE plugin = 'log_alarm' AND key LIKE 'ada%'`);
    await shipped.service.reload(admin, "log_alarm");
    expect(resolveAlert.mock.calls).toEqual([
      ["log_alarm", "ada no such table"],
      ["log_alarm", "ada out of memory"],
    ]);
    expect(await shipped.linesOf("log_alarm")).toContain("info: Resolved the alert alert_1");
  });

  it("goes on when it may not say more", async () => {
    await shipped.enable("log_alarm", { alarms });
    for (let bot = 0; bot < 32; bot++) logged(`bot${bot}`, "out of memory");
    await shipped.called("log_alarm", 32);
    expect(raiseAlert).toHaveBeenCalledTimes(30);
    expect(await shipped.linesOf("log_alarm")).toContain("warning: A plugin can do this at most 30 times a minute");
  });
});
