/**
 * Names the part of the product that a request or page belongs to. The result comes from the folder tree and never
 * holds an id.
 */

/** Feature by the first word of an API path, where the two differ. */
const BY_PATH: Record<string, string> = {
  bot: "bots",
  "my-bots": "bots",
  register: "bots",
  "join-requests": "bots",
  manifests: "commands",
  command: "commands",
  auth: "account",
  discord: "account",
  setup: "account",
  stats: "overview",
  "active-sessions": "analytics",
  cogs: "plugins",
  "rocket-league": "feeds",
  memes: "feeds",
  download: "tasks",
  openapi: "docs",
};
/** Feature by the last word of a path below a bot. */
const OF_BOT: Record<string, string> = {
  logs: "logs",
  messages: "messages",
  commands: "commands",
  "commands-history": "commands",
  "send-command": "commands",
  cmd: "commands",
  restart: "commands",
  stop: "commands",
};
/** Known pages: the second word of an address under /dashboard and /admin. Others are counted as "other". */
const PAGES = new Set([
  ...["bots", "commands", "logs", "messages", "tickets", "tasks", "alerts", "notifications", "analytics", "plugins"],
  ...["config", "schedules", "feeds", "backups", "system", "audit", "users", "broadcast", "inbox"],
]);

type Use = { feature: string; action: string };
const known = new Map<string, Use>();

/**
 * Returns the feature and action of an API call.
 *
 * @param pattern the route's path as the folder tree has it: /api/bot/[bot_id]/send-command
 */
export function actionOf(method: string, pattern: string): Use {
  const key = `${method} ${pattern}`;
  let use = known.get(key);
  if (!use) {
    use = named(method, pattern);
    known.set(key, use);
  }
  return use;
}

function named(method: string, pattern: string): Use {
  const segments = pattern.split("/").filter((word) => word && !word.startsWith("["));
  while (segments[0] === "api" || segments[0] === "v1") segments.shift();
  const [first = "other"] = segments;
  const last = segments.at(-1) ?? first;
  const inside = first === "export" || first === "admin" ? segments[1] : undefined;
  const feature = (first === "bot" && OF_BOT[last]) || (BY_PATH[first] ?? inside ?? first);
  return { feature, action: `${method} ${segments.join("/")}` };
}

/** Returns the feature that a console page belongs to. */
export function featureOfPage(path: string): string {
  const [first = "", second] = path.split(/[?#]/, 1)[0]!.split("/").filter(Boolean);
  if (first === "account" || first === "docs") return first;
  if (first === "admin") return second === undefined ? "users" : PAGES.has(second) ? second : "other";
  if (first !== "dashboard") return "other";
  return second === undefined ? "overview" : PAGES.has(second) ? second : "other";
}
