/** The tickets of the TypeScript client with a real server: both directions, nothing lost during an outage, nothing twice. */
import { spawn } from "node:child_process";
import { afterEach, beforeAll, expect, it } from "vitest";
import { MusterBot, type TicketMessage, type TicketUpdate } from "../../clients/typescript/src/index";
import { aBot, aUser, type TestBot, type TestUser, unique } from "../factories";
import { theServer } from "../the-server";
import { on, T } from "../tickets";

let mod: TestUser;
let bot: TestBot;
beforeAll(async () => {
  [mod, bot] = [await aUser("moderator"), await aBot(await aUser())];
});
const running: MusterBot[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

const QUESTION = { type: "Support", subject: "It is broken", description: "It does not work any more." };

function client() {
  const messages: TicketMessage[] = [];
  const changes: TicketUpdate[] = [];
  const problems: string[] = [];
  const one = new MusterBot({
    url: theServer().url,
    botId: bot.id,
    token: bot.token,
    onProblem: (text) => problems.push(text),
  });
  running.push(one);
  return { one, messages, changes, problems, texts: () => messages.map(({ content }) => content) };
}
const say = (ticket: { ticket_id: string }, message: string) =>
  mod.api.send(`POST ${T}/send`, { ...on(ticket), body: { message } });

it("opens and answers tickets, attaches files, and delivers messages and changes by staff", async () => {
  const { one, messages, changes, texts } = client();
  one.onTicketMessage((message) => void messages.push(message)).onTicketChange((change) => void changes.push(change));
  one.start();
  await expect.poll(() => one.state).toBe("socket");
  const ticket = await one.openTicket({ ...QUESTION, user_id: 42, user_name: "Zoë", channel_id: "c1" });
  expect(ticket).toMatchObject({ user_id: "42", user_name: "Zoë", channel_id: "c1", status: "open" });
  const file = await one.attachToTicket(ticket.ticket_id, "why.txt", Buffer.from("because"));
  const sent = await one.answerTicket(ticket.ticket_id, { content: "See", user_id: 42, attachments: [file.id] });
  expect(sent).toMatchObject({ author_name: "Zoë", attachments: [{ name: "why.txt" }] });
  await mod.api.send(`POST ${T}/claim`, on(ticket));
  await say(ticket, "On it");
  await mod.api.send(`POST ${T}/messages`, { ...on(ticket), body: { content: "hm, odd", is_note: true } });
  await mod.api.send(`POST ${T}/close`, on(ticket));
  await expect.poll(() => changes.map((change) => change.event_type)).toContain("ticket_closed");
  // Nothing of its own, no note, no event.
  expect(texts()).toEqual(["On it"]);
  await expect(one.answerTicket(ticket.ticket_id, { content: "too late" })).rejects.toMatchObject({ status: 409 });
  const { json } = await mod.api.send(`GET ${T}`, on(ticket));
  expect(json.reads).toMatchObject([{ user_id: bot.id }]);
});

it("delivers messages written while it was away once and in order, and repeats those whose handler failed", async () => {
  const user_id = unique("out");
  const first = client();
  first.one.start();
  const ticket = await first.one.openTicket({ ...QUESTION, user_id });
  await first.one.stop();
  for (const text of ["one", "two", "three"]) await say(ticket, text);

  const second = client();
  second.one.onTicketMessage((message) => {
    if (message.ticket_id !== ticket.ticket_id) return;
    second.messages.push(message);
    if (message.content === "three") throw new Error("not now");
  });
  second.one.start();
  await expect.poll(second.texts).toEqual(["one", "two", "three"]);
  await expect.poll(() => second.problems.join()).toContain("not now");
  await second.one.stop();

  await say(ticket, "four");
  const third = client();
  third.one.onTicketMessage((message) => void (message.ticket_id === ticket.ticket_id && third.messages.push(message)));
  third.one.start();
  await expect.poll(third.texts).toEqual(["three", "four"]);
  await say(ticket, "five");
  await expect.poll(third.texts).toEqual(["three", "four", "five"]);
});

it("bridges a channel to a ticket in the example", async () => {
  const program = spawn(process.execPath, ["--import", "tsx", "clients/typescript/examples/ticket-bridge.ts"], {
    env: { ...process.env, MUSTER_URL: theServer().url, BOT_ID: bot.id, BOT_TOKEN: bot.token },
  });
  let out = "";
  for (const pipe of [program.stdout, program.stderr])
    pipe.on("data", (chunk) => {
      out += chunk;
    });
  try {
    await expect.poll(() => out).toContain("link: socket");
    program.stdin.write("general ann: hello everybody\ngeneral ann: !ticket my lamp is dark\n");
    await expect.poll(() => out).toMatch(/general < Muster: ticket #\d+ is open/);
    const { json } = await bot.api.send("GET /api/tickets", { query: { user_id: "term-ann" } });
    const [ticket] = json.tickets;
    expect(ticket).toMatchObject({ channel_id: "general", subject: "my lamp is dark", user_name: "ann" });
    await say(ticket, "Which lamp?");
    await expect.poll(() => out).toContain(`general < ${mod.username}: Which lamp?`);
    program.stdin.write("general ben: the green one\n");
    const last = async () => (await mod.api.send(`GET ${T}`, on(ticket))).json.messages.at(-1);
    await expect.poll(async () => (await last()).content).toBe("the green one");
    expect(await last()).toMatchObject({ author_name: "ben", author_type: "user", bot_id: bot.id });
    await mod.api.send(`POST ${T}/close`, on(ticket));
    await expect.poll(() => out).toMatch(/general < Muster: ticket #\d+ was closed/);
  } finally {
    program.kill("SIGTERM");
    await new Promise((resolve) => program.once("exit", resolve));
  }
});
