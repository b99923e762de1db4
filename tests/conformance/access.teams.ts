/**
 * The rights of roles on a bot at each operation that names a bot or a command. Columns: a member of another team, the
 * holder of an expired grant, the team's viewer, operator, maintainer and second owner, and a service key of the team
 * with every scope. The rules are in lib/identity/access.ts: a bot on which the caller has no role is 404, a role that
 * is too low is 403.
 */
const ROWS: [string, string[]][] = [
  // othr exp  view oper main own  key
  ["401 401 401 401 401 401 403", ["POST /api/bot/auth"]],
  // Admins only.
  ["403 403 403 403 403 403 403", ["DELETE /api/join-requests/{bot_id}"]],
  ["404 404 403 403 403 403 403", ["GET /api/bot/{bot_id}/config"]],
  // Each bot has its own outcome, which may be a refusal; a later test looks at it.
  ["200 200 200 200 200 200 200", ["POST /api/bots/tags", "POST /api/commands/bulk"]],
  ["404 404 200 200 200 200 200", ["POST /api/commands/retry-failed"]],
  [
    "404 404 200 200 200 200 200",
    [
      "GET /api/my-bots/{bot_id}",
      "GET /api/my-bots/{bot_id}/data",
      "GET /api/my-bots/{bot_id}/tags",
      "GET /api/bot/{bot_id}/commands",
      "GET /api/bot/{bot_id}/commands-history",
      "GET /api/bot/{bot_id}/data",
      "GET /api/bot/{bot_id}/info",
      "GET /api/bot/{bot_id}/instances",
      "GET /api/bot/{bot_id}/maintenance",
      "GET /api/bot/{bot_id}/manifest",
      "GET /api/bot/{bot_id}/settings",
      "GET /api/bot/{bot_id}/status",
      "GET /api/bot/{bot_id}/uptime",
      "GET /api/commands/{command_id}",
      "GET /api/export/bot-data/{bot_id}",
      "GET /api/manifests/common",
      "GET /api/stats/bot/{bot_id}",
      "GET /commands/{bot_id}",
    ],
  ],
  [
    "404 404 403 200 200 200 200",
    [
      "POST /api/bot/{bot_id}/cmd",
      "POST /api/bot/{bot_id}/restart",
      "POST /api/bot/{bot_id}/send-command",
      "POST /api/bot/{bot_id}/stop",
      "POST /api/commands",
      "POST /api/commands/{command_id}/ack",
      "POST /api/commands/{command_id}/cancel",
      "POST /api/commands/{command_id}/progress",
      "POST /command",
      "POST /commands/{bot_id}/clear",
    ],
  ],
  // No such instance is live, and the command has not failed.
  ["404 404 403 404 404 404 404", ["POST /api/bot/{bot_id}/instances/{instance}/keep"]],
  ["404 404 403 409 409 409 409", ["POST /api/commands/{command_id}/retry"]],
  [
    "404 404 403 403 200 200 200",
    [
      "POST /api/bot/{bot_id}/logs",
      "POST /api/bot/{bot_id}/messages",
      "POST /api/bot/{bot_id}/metrics",
      "POST /api/bot/{bot_id}/status",
      "POST /api/bot/{bot_id}/sync",
      "PUT /api/bot/{bot_id}/manifest",
      "PUT /api/bot/{bot_id}/settings",
      "PUT /api/my-bots/{bot_id}",
      "PUT /api/my-bots/{bot_id}/tags",
    ],
  ],
  // A token is a credential of its own, and grants name people: service keys get neither.
  [
    "404 404 403 403 200 200 403",
    [
      "GET /api/my-bots/{bot_id}/grants",
      "GET /api/my-bots/{bot_id}/token",
      "POST /api/my-bots/{bot_id}/regenerate-token",
    ],
  ],
  // The id is taken for everybody who cannot change the bot.
  ["409 409 409 409 200 200 403", ["POST /api/bots/register", "POST /register"]],
  ["404 404 403 403 403 200 403", ["DELETE /api/my-bots/{bot_id}", "DELETE /bots/{bot_id}"]],
  // No account and no grant has that name.
  [
    "404 404 403 403 403 404 403",
    [
      "DELETE /api/my-bots/{bot_id}/grants/{grant_id}",
      "POST /api/my-bots/{bot_id}/grants",
      "POST /api/my-bots/{bot_id}/transfer",
      "PUT /api/my-bots/{bot_id}/grants/{grant_id}",
    ],
  ],
];

export const TEAM_MATRIX: Record<string, string> = Object.fromEntries(
  ROWS.flatMap(([statuses, lines]) => lines.map((line) => [line, statuses])),
);

/** Lists of what the caller may see: each names every bot on which the caller has a role, and no other. */
export const VISIBLE_LISTS = [
  "GET /api/bots",
  "GET /api/commands",
  "GET /api/export/logs",
  "GET /api/export/messages",
  "GET /api/logs",
  "GET /api/messages",
  "GET /bots",
];
