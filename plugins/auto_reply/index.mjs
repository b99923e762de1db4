/**
 * Answers messages that hold a keyword with a command to the bot that saw them.
 *
 * It cannot answer itself: what a bot said is often seen by that bot, or by another one in the same conversation, so an
 * answer is not answered however often it comes back, a rule rests after each answer, and a conversation gets few of them.
 */

/** Answers a conversation gets in SPAN_MS, of all rules together. */
const ANSWERS_MAX = 5;
const SPAN_MS = 60_000;
/** Conversations and rules that are remembered. */
const REMEMBERED_MAX = 5_000;
/** An offline bot is not to answer hours later. */
const EXPIRES_S = 300;

/** When a rule answered last in a conversation, and when a conversation was answered. */
const answered = new Map();
/** What was answered lately, by conversation. */
const said = new Map();

/** "hello => Hi {author}" as { keyword, answer }. Lines without an arrow are none. */
export function readRules(lines) {
  return lines.flatMap((line) => {
    const [keyword, ...rest] = line.split("=>");
    const answer = rest.join("=>").trim();
    return keyword.trim() && answer ? [{ keyword: keyword.trim().toLowerCase(), answer }] : [];
  });
}

/** Does the keyword occur, not as a part of another word? */
export function occurs(keyword, text) {
  const letter = /[\p{L}\p{N}_]/u;
  const lower = text.toLowerCase();
  for (let at = lower.indexOf(keyword); at >= 0; at = lower.indexOf(keyword, at + 1)) {
    const before = lower[at - 1];
    const after = lower[at + keyword.length];
    const cut = (edge, next) => next !== undefined && letter.test(edge) && letter.test(next);
    if (!cut(keyword[0], before) && !cut(keyword.at(-1), after)) return true;
  }
  return false;
}

/** @type {import("../../lib/operations/plugins/types").Hook<"message">} */
export async function message({ message }, ctx) {
  const { rules, cooldown_s, bots, command } = ctx.settings;
  if (bots.length > 0 && !bots.includes(message.bot_id)) return;
  // Bots' own words, where the bot says so.
  if (message.author_id === message.bot_id || message.metadata.from_self || message.metadata.is_bot) return;
  const rule = readRules(rules).find(({ keyword }) => occurs(keyword, message.message));
  if (!rule) return;

  const at = Date.now();
  const place = `${message.thread_type} ${message.thread_id}`;
  const lately = (said.get(place) ?? []).filter((one) => at - one.at < SPAN_MS);
  if (lately.some((one) => one.text === message.message) || lately.length >= ANSWERS_MAX) return;
  const key = `${place} ${rule.keyword}`;
  if (at - (answered.get(key) ?? 0) < cooldown_s * 1000) return;

  const text = rule.answer.replaceAll("{author}", message.author_name || "you");
  remember(answered, key, at);
  remember(said, place, [...lately, { at, text }]);
  await ctx.sendCommand(
    message.bot_id,
    command,
    { thread_id: message.thread_id, thread_type: message.thread_type, message: text },
    // The same message told twice is answered once.
    { expires_in: EXPIRES_S, idempotency_key: `auto_reply:${message.id}` },
  );
  ctx.log(`Answered "${rule.keyword}" in ${message.thread_id} through ${message.bot_id}`);
}

function remember(map, key, value) {
  map.delete(key);
  map.set(key, value);
  if (map.size > REMEMBERED_MAX) map.delete(map.keys().next().value);
}
