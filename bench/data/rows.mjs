/** The logs of the data that measurements read. The text of a row depends on its number alone, so every build is the same. */

/** Bots that the logs belong to, in turn. */
export const BOTS = 200;
export const botId = (index) => `bot_data${index % BOTS}`;

/** Words that measurements search for. `started` and `finished` are each in half of the rows, and together in none. */
export const WORDS = {
  common: "worker",
  apart: "finished started",
  rare: "quokka",
  oldest: "genesis",
  absent: "zzzqqq",
};
/** One row in so many has the rare word, or the level "critical". */
const RARE = 9_973;
const CRITICAL = 10_007;

function levelOf(number) {
  if (number % CRITICAL === 0) return "critical";
  if (number % 50 === 0) return "error";
  return number % 20 === 0 ? "warning" : "info";
}

function messageOf(number) {
  const verb = number % 2 ? "finished" : "started";
  const rest = `job ${(number * 7_919) % 1_000_003} on worker ${number % 61} after ${(number * 37) % 4_000} ms`;
  if (number === 5) return `The genesis of all logs, ${rest}`;
  return `Thread ${number % 997} ${verb} ${rest}${number % RARE === 0 ? " and met a quokka" : ""}`;
}

/** The log with this number, from 1. */
export const logOf = (number) => ({
  type: levelOf(number),
  message: messageOf(number),
  metadata: `{"shard":${number % 8},"guild":"${1000 + (number % 40)}"}`,
  event_at: null,
});
