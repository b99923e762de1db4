/**
 * Posts to a Discord channel. Hooks only queue; one sender posts, up to ten at a time in one request, and waits as long as
 * Discord says before the next.
 */

/** Discord's limits: embeds of one request and characters of them all, and of a title. */
const EMBEDS_MAX = 10;
const TOTAL_MAX = 6_000;
const TITLE_MAX = 256;
const TEXT_MAX = 2_000;
/** Posts that wait while Discord does not accept them. When it is full, the oldest are dropped. */
const QUEUE_MAX = 200;
const TRIES_MAX = 5;
const WAIT_MAX_MS = 60_000;

const COLOURS = { good: 0x2e9e5b, bad: 0xd64545, plain: 0x5b6bd6 };

let queue = [];
let dropped = 0;
let sending = false;
/** The last status of each bot, so that only changes are posted. */
const statuses = new Map();

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** Cuts between two characters as people see them: Discord refuses half an emoji. */
const cut = (text, max) =>
  text.length > max ? `${text.slice(0, segmenter.segment(text).containing(max - 1).index)}…` : text;

function post(ctx, title, text, colour, at = new Date().toISOString()) {
  queue.push({ title: cut(title, TITLE_MAX), description: cut(text, TEXT_MAX), color: COLOURS[colour], timestamp: at });
  if (queue.length > QUEUE_MAX) {
    queue.shift();
    dropped++;
  }
  if (!sending) void send(ctx);
}

async function send(ctx) {
  sending = true;
  try {
    // Send after this tick, so that events of the same moment share a request.
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (let tries = 0; queue.length > 0; ) {
      const embeds = load();
      const wait = await attempt(ctx, embeds, ++tries);
      if (wait.done || tries >= TRIES_MAX) {
        if (!wait.done) ctx.log.error(`Given up on ${embeds.length} posts after ${TRIES_MAX} tries`);
        queue = queue.filter((one) => !embeds.includes(one));
        tries = 0;
      }
      if (wait.ms > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(wait.ms, WAIT_MAX_MS)));
    }
    if (dropped > 0) ctx.log.warning(`${dropped} posts were dropped: Discord took them too slowly`);
    dropped = 0;
  } finally {
    sending = false;
  }
}

/** Takes as many waiting posts as fit into one request. */
function load() {
  let total = 0;
  let count = 0;
  for (const { title, description } of queue.slice(0, EMBEDS_MAX)) {
    total += title.length + description.length;
    if (total > TOTAL_MAX) break;
    count++;
  }
  return queue.slice(0, count);
}

/** Sends one request. Returns whether its embeds are done with, and how long to wait before the next request. */
async function attempt(ctx, embeds, tries) {
  const { webhook_url, username } = ctx.settings;
  try {
    // A text by a bot or a user must not ping anybody.
    const json = { username, embeds, allowed_mentions: { parse: [] } };
    const { status, headers, body } = await ctx.http(webhook_url, { method: "POST", json });
    if (status === 429) {
      const ms = (retryAfter(headers, body) + 0.1) * 1000;
      ctx.log.warning(`Discord asks to wait ${(ms / 1000).toFixed(1)} s`);
      return { done: false, ms };
    }
    if (status >= 500) return { done: false, ms: 1000 * 2 ** tries };
    if (status >= 400) {
      ctx.log.error(`Discord refused ${embeds.length} posts with ${status}: ${cut(body, 200)}`);
      return { done: true, ms: 0 };
    }
    ctx.log.debug(`Posted ${embeds.length}`);
    const left = Number(headers["x-ratelimit-remaining"] ?? 1);
    return { done: true, ms: left > 0 ? 0 : Number(headers["x-ratelimit-reset-after"] ?? 0) * 1000 };
  } catch (error) {
    // Do not retry: the address will not become valid.
    const done = error.code === "INVALID_INPUT";
    ctx.log.error(error.message);
    return { done, ms: done ? 0 : 1000 * 2 ** tries };
  }
}

/** Seconds to wait. Prefers the body, which is more exact than the header. */
function retryAfter(headers, body) {
  try {
    const { retry_after } = JSON.parse(body);
    if (Number.isFinite(retry_after)) return retry_after;
  } catch {}
  return Number(headers["retry-after"]) || 1;
}

export function start(ctx) {
  const url = URL.canParse(ctx.settings.webhook_url) ? new URL(ctx.settings.webhook_url) : undefined;
  if (!url || !/\/api\/(v\d+\/)?webhooks\/\d+\/[\w-]+$/.test(url.pathname))
    throw new Error("webhook_url is no webhook of Discord: https://discord.com/api/webhooks/<id>/<token>");
}

/** @type {import("../../lib/operations/plugins/types").Hook<"bot_status">} */
export function bot_status({ bot }, ctx) {
  const online = bot.status !== "offline";
  const before = statuses.get(bot.id);
  statuses.set(bot.id, online);
  if (!ctx.settings.bots_offline || before === online || (before === undefined && online)) return;
  post(ctx, `${bot.name} is ${online ? "back" : "offline"}`, `Status: ${bot.status}`, online ? "good" : "bad");
}

/** @type {import("../../lib/operations/plugins/types").Hook<"command_settled">} */
export function command_settled({ command }, ctx) {
  if (!ctx.settings.commands_failed || command.status !== "failed" || command.reason === "cancelled") return;
  const why = command.reason ?? JSON.stringify(command.result ?? {});
  post(ctx, `Command ${command.type} failed`, `Bot ${command.bot_id}: ${why}`, "bad");
}

/** @type {import("../../lib/operations/plugins/types").Hook<"log">} */
export function log({ log }, ctx) {
  if (ctx.settings.error_logs) post(ctx, `Error of ${log.bot_id}`, log.message, "bad", log.timestamp);
}

/** @type {import("../../lib/operations/plugins/types").Hook<"ticket_opened">} */
export function ticket_opened({ ticket }, ctx) {
  if (ctx.settings.tickets)
    post(ctx, `Ticket #${ticket.ticket_num} opened`, `${ticket.type}: ${ticket.subject}`, "plain");
}

/** @type {import("../../lib/operations/plugins/types").Hook<"ticket_closed">} */
export function ticket_closed({ ticket }, ctx) {
  if (ctx.settings.tickets)
    post(ctx, `Ticket #${ticket.ticket_num} closed`, `${ticket.type}: ${ticket.subject}`, "good");
}
