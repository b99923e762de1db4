/**
 * Raises an alert when a bot logs certain words: one for each bot and alarm, however often they come, resolved when they
 * have stayed away for a while. When they were last seen is in the store, which processes share and a restart keeps.
 */

/** How often the same alert is repeated at most. */
const REST_MS = 60_000;
const LEVELS = ["info", "warning", "critical"];
const TEXT_MAX = 300;
/** A key of the store has 128 characters. */
const GROUP_MAX = 120;
const REMEMBERED_MAX = 5_000;

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** Cuts between two characters as people see them. */
const cut = (text, max) =>
  text.length > max ? `${text.slice(0, segmenter.segment(text).containing(max - 1).index)}…` : text;

/** When each group was last raised. */
const said = new Map();

/** "out of memory => critical" as { phrase, level }; without a level it is a warning. */
export function readAlarms(lines) {
  return lines.flatMap((line) => {
    const [phrase, level = ""] = line.split("=>").map((part) => part.trim().toLowerCase());
    return phrase ? [{ phrase, level: LEVELS.includes(level) ? level : "warning" }] : [];
  });
}

/** Resolves alerts whose words have not been logged for a while. */
async function look(ctx) {
  const before = Date.now() - ctx.settings.quiet_min * 60_000;
  try {
    for (const group of await ctx.store.keys()) {
      if ((await ctx.store.get(group)) > before) continue;
      await ctx.alert({ group, resolve: true });
      await ctx.store.delete(group);
      said.delete(group);
    }
  } catch (error) {
    // The next check tries again.
    ctx.log.warning(error.message);
  }
}

export async function start(ctx) {
  await look(ctx);
  setInterval(() => look(ctx), REST_MS);
}

/** @type {import("../../lib/operations/plugins/types").Hook<"log">} */
export async function log({ log }, ctx) {
  const text = log.message.toLowerCase();
  const alarm = readAlarms(ctx.settings.alarms).find(({ phrase }) => text.includes(phrase));
  if (!alarm) return;
  const at = Date.now();
  const group = cut(`${log.bot_id} ${alarm.phrase}`, GROUP_MAX);
  if (at - (said.get(group) ?? 0) < REST_MS) return;
  const message = cut(`${log.bot_id} logged: ${log.message}`, TEXT_MAX);
  try {
    await ctx.alert({ level: alarm.level, message, group });
    await ctx.store.set(group, at);
  } catch (error) {
    // Too many alerts at once: the next matching line raises it.
    ctx.log.warning(error.message);
    return;
  }
  said.delete(group);
  said.set(group, at);
  if (said.size > REMEMBERED_MAX) said.delete(said.keys().next().value);
}
