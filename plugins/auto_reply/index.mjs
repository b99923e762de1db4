/**
 * Answers messages that contain a keyword with a command to the bot that saw them.
 *
 * A bot often sees its own messages, or those of another bot in the same conversation. To avoid endless loops, an answer
 * is never answered, a rule pauses after each answer, and a conversation gets only a few answers.
 */

/** How many answers a conversation gets in SPAN_MS, from all rules together. */
const ANSWERS_MAX = 5;
const SPAN_MS = 60_000;
/** How many conversations and rules are remembered. */
const REMEMBERED_MAX = 5_000;
/** Answers expire, so that an offline bot does not send them hours later. */
const EXPIRES_S = 300;

/** The time of the last answer, by rule and conversation, and by conversation. */
const answered = new Map();
/** Recent answers by conversation. */
const said = new Map();

/** Parses "hello => Hi {author}" into { keyword, answer }. Lines without an arrow are ignored. */
export function readRules(lines) {
  return lines.flatMap((line) => {
    const [keyword, ...rest] = line.split("=>");
    const answer = rest.join("=>").trim();
    return keyword.trim() && answer ? [{ keyword: keyword.trim().toLowerCase(), answer }] : [];
  });
}

/** Whether the keyword occurs as a whole word. */
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
  // Ignore messages that the bot marks as its own.
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
    // A message reported twice is answered once.
    { expires_in: EXPIRES_S, idempotency_key: `auto_reply:${message.id}` },
  );
  ctx.log(`Answered "${rule.keyword}" in ${message.thread_id} through ${message.bot_id}`);
}

function remember(map, key, value) {
  map.delete(key);
  map.set(key, value);
  if (map.size > REMEMBERED_MAX) map.delete(map.keys().next().value);
}
