/**
 * A bot that bridges chat channels to tickets. A user who writes "!ticket <problem>" in a channel opens a ticket. Later
 * messages there go to staff, and the answers of staff come back to the channel. The chat in this example is the terminal:
 * a line "<channel> <user>: <text>" comes in, "<channel> < <name>: <text>" goes out. Replace it with your platform's library.
 *
 *   MUSTER_URL=http://localhost:5000 BOT_ID=bot_… BOT_TOKEN=… npx tsx clients/typescript/examples/ticket-bridge.ts
 */
import { createInterface } from "node:readline";
import { MusterBot, MusterError, type Ticket } from "../src/index.js";

const { MUSTER_URL: url = "http://localhost:5000", BOT_ID: botId, BOT_TOKEN: token } = process.env;
if (!botId || !token) {
  console.error("Set BOT_ID and BOT_TOKEN (and MUSTER_URL): create a bot in the console, it shows both.");
  process.exit(2);
}

const bot = new MusterBot({ url, botId, token, onState: (state) => console.error(`link: ${state}`) });
/**
 * Maps each channel to its open ticket, and each ticket to its channel. A bot that restarts would keep these in its own
 * database.
 */
const ticketOf = new Map<string, string>();
const channelOf = new Map<string, string>();
const post = (channel: string | undefined, text: string) => console.log(`${channel ?? "?"} < ${text}`);

function bind({ ticket_id, channel_id }: Pick<Ticket, "ticket_id" | "channel_id">) {
  if (!channel_id) return;
  ticketOf.set(channel_id, ticket_id);
  channelOf.set(ticket_id, channel_id);
}

async function heard(channel: string, user: string, text: string) {
  const who = { user_id: `term-${user}`, user_name: user };
  const known = ticketOf.get(channel);
  if (known) return void (await bot.answerTicket(known, { content: text, ...who }));
  const problem = /^!ticket\s+(.+)$/.exec(text)?.[1];
  if (!problem) return;
  const ticket = await bot.openTicket({
    ...who,
    type: "Support",
    subject: problem.slice(0, 100).replace(/[\uD800-\uDBFF]$/, ""),
    description: `${problem} (asked in ${channel})`,
    channel_id: channel,
  });
  bind(ticket);
  post(channel, `Muster: ticket #${ticket.ticket_num} is open`);
}

bot
  .onTicketMessage(({ ticket_id, author_name, content, attachments }) => {
    const files = attachments.map(({ name }) => ` [${name}]`).join("");
    post(channelOf.get(ticket_id), `${author_name}: ${content}${files}`);
  })
  .onTicketChange(({ ticket_id, event_type, data }) => {
    const channel = channelOf.get(ticket_id);
    const ticket = data.ticket as Ticket | undefined;
    if (event_type === "ticket_closed" && channel) {
      ticketOf.delete(channel);
      post(channel, `Muster: ticket #${ticket?.ticket_num} was closed`);
    }
    if (event_type === "ticket_reopened" && ticket) bind(ticket);
  })
  .start();

createInterface({ input: process.stdin }).on("line", (line) => {
  const [, channel, user, text] = /^(\S+) ([^:]+): (.+)$/.exec(line) ?? [];
  if (!channel || !user || !text) return;
  heard(channel, user, text).catch((error) => {
    const why = error instanceof MusterError ? error.message : String(error);
    post(channel, `Muster: ${why}`);
  });
});

async function quit() {
  await bot.stop();
  process.exit(0);
}
process.once("SIGINT", quit).once("SIGTERM", quit);
