/** Maps the level names of common loggers to a log's type. */

const WORDS: Record<string, string> = {
  emerg: "critical",
  emergency: "critical",
  panic: "critical",
  alert: "critical",
  crit: "critical",
  fatal: "critical",
  err: "error",
  warn: "warning",
  informational: "info",
  information: "info",
  default: "info",
};
/** Syslog's severities by number (RFC 5424). */
const SYSLOG = ["critical", "critical", "critical", "error", "warning", "notice", "info", "debug"];
/**
 * Pino's levels, divided by ten: trace, debug, info, warn, error, fatal. A number in between counts as the level below.
 */
const PINO = ["trace", "debug", "info", "warning", "error", "critical"];

/**
 * Returns the type for a `level` or `severity`, which may be a short word or a number. Undefined when it is neither.
 */
export function typeOfLevel(level: unknown): string | undefined {
  if (typeof level === "string") {
    const word = level.trim().toLowerCase();
    if (/^\d{1,3}$/.test(word)) return typeOfLevel(Number(word));
    return WORDS[word] ?? (/^[a-z][\w.-]{0,31}$/.test(word) ? word : undefined);
  }
  if (typeof level !== "number" || !(level >= 0 && level <= 100)) return undefined;
  return level < 8 ? SYSLOG[Math.floor(level)] : PINO[Math.min(6, Math.max(1, Math.floor(level / 10))) - 1];
}
