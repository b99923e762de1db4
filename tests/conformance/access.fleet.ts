/** Rights to the operations of accounts, bots, commands, feeds and settings. The columns are those of `./access.ts`. */
export const FLEET_ROWS: [string, string[]][] = [
  // anon own  str  mod  adm  bot  oth  uncl read oper
  [
    "200 200 200 200 200 200 200 200 200 200",
    ["GET /api/console", "GET /api/health", "GET /api/openapi.json", "GET /asyncapi.json", "GET /health"],
  ],
  // Public; the body decides.
  ["200 200 200 200 200 200 200 200 200 200", ["POST /api/auth/forgot-password", "POST /api/auth/register"]],
  [
    "401 401 401 401 401 401 401 401 401 401",
    [
      "POST /api/auth/login",
      "POST /api/auth/second-factor/sign-in",
      "POST /api/auth/passkeys/sign-in",
      "POST /api/bot/auth",
    ],
  ],
  [
    "400 400 400 400 400 400 400 400 400 400",
    [
      "POST /api/auth/reset-password",
      "POST /api/alert-channels/confirm",
      "POST /api/auth/verify-email",
      "POST /api/auth/invitations/look-up",
      "POST /api/auth/invitations/accept",
    ],
  ],
  ["403 403 403 403 403 403 403 403 403 403", ["POST /api/setup"]],
  // The target is registered already, so only callers who may manage it can register it again.
  ["401 200 409 409 200 200 403 403 403 200", ["POST /api/bots/register"]],
  // Every person's own data.
  [
    "401 200 200 200 200 403 403 403 200 200",
    [
      "GET /api/auth/me",
      "GET /api/auth/sessions",
      "GET /api/auth/second-factor",
      "GET /api/auth/passkeys",
      "GET /api/auth/api-keys",
      "GET /api/audit",
      "GET /api/my-bots",
      "GET /api/bots",
      "GET /api/commands",
      "GET /api/stats/overview",
      "POST /api/auth/logout",
    ],
  ],
  ["401 200 200 200 200 403 403 403 403 200", ["POST /api/bots/tags", "POST /api/commands/bulk", "POST /api/my-bots"]],
  ["401 200 200 200 200 403 403 403 403 403", ["POST /api/auth/update-profile", "POST /api/auth/api-keys"]],
  [
    "401 404 404 404 404 403 403 403 403 403",
    [
      "DELETE /api/auth/api-keys/{key_id}",
      "POST /api/auth/api-keys/{key_id}/rotate",
      "DELETE /api/auth/sessions/{session_id}",
    ],
  ],
  // The password sent is wrong, so callers with the right get an error about it.
  [
    "401 400 400 400 400 403 403 403 403 403",
    [
      "POST /api/auth/change-password",
      "POST /api/auth/delete-account",
      "POST /api/auth/second-factor",
      "POST /api/auth/passkeys",
      "POST /api/auth/step-up",
    ],
  ],
  // It is off for these callers.
  [
    "401 409 409 409 409 403 403 403 403 403",
    [
      "POST /api/auth/second-factor/confirm",
      "POST /api/auth/second-factor/recovery-codes",
      "POST /api/auth/second-factor/remove",
      "POST /api/auth/recovery-codes",
      "POST /api/auth/step-up/challenge",
    ],
  ],
  ["401 200 200 200 200 403 403 403 403 403", ["POST /api/auth/passkeys/registration"]],
  // They have no passkey.
  [
    "401 404 404 404 404 403 403 403 403 403",
    ["PATCH /api/auth/passkeys/{passkey_id}", "DELETE /api/auth/passkeys/{passkey_id}"],
  ],
  ["200 200 200 200 200 200 200 200 200 200", ["POST /api/auth/passkeys/challenge"]],
  ["401 403 403 403 409 403 403 403 403 403", ["DELETE /api/users/{user_id}/second-factor"]],
  // Teams. The target's id is no team's; roles in teams: access.teams.test.ts.
  ["401 200 200 200 200 403 403 403 200 200", ["GET /api/bots/facets", "GET /api/teams"]],
  ["401 200 200 200 200 403 403 403 403 403", ["POST /api/teams"]],
  ["401 404 404 403 404 403 403 403 404 404", ["GET /api/teams/{team_id}/keys"]],
  ["401 404 404 404 404 403 403 403 404 404", ["GET /api/teams/{team_id}", "GET /api/teams/{team_id}/members"]],
  // An admin reaches every team as its owner does, and a moderator as a viewer.
  ["401 404 404 403 404 403 403 403 403 403", ["GET /api/teams/{team_id}/invitations"]],
  [
    "401 404 404 403 404 403 403 403 403 403",
    [
      "PUT /api/teams/{team_id}",
      "DELETE /api/teams/{team_id}",
      "POST /api/teams/{team_id}/transfer",
      "POST /api/teams/{team_id}/keys",
      "POST /api/teams/{team_id}/keys/{key_id}/rotate",
      "DELETE /api/teams/{team_id}/keys/{key_id}",
      "POST /api/teams/{team_id}/members",
      "POST /api/teams/{team_id}/invitations",
      "DELETE /api/teams/{team_id}/invitations/{invitation_id}",
      "PUT /api/teams/{team_id}/members/{user_id}",
      "DELETE /api/teams/{team_id}/members/{user_id}",
    ],
  ],
  ["401 200 404 403 200 403 403 403 403 200", ["GET /api/my-bots/{bot_id}/grants", "PUT /api/my-bots/{bot_id}/tags"]],
  // No account and no grant has that name.
  [
    "401 404 404 403 404 403 403 403 403 403",
    [
      "POST /api/my-bots/{bot_id}/grants",
      "POST /api/my-bots/{bot_id}/transfer",
      "PUT /api/my-bots/{bot_id}/grants/{grant_id}",
      "DELETE /api/my-bots/{bot_id}/grants/{grant_id}",
    ],
  ],
  // GraphQL checks rights for each field (002.graphql*.test.ts).
  ["401 200 200 200 200 200 200 403 200 200", ["GET /graphql", "POST /graphql"]],
  // Reading a bot as a person.
  [
    "401 200 404 200 200 403 403 403 200 200",
    [
      "GET /api/my-bots/{bot_id}",
      "GET /api/my-bots/{bot_id}/data",
      "GET /api/my-bots/{bot_id}/tags",
      ...["GET /api/bot/{bot_id}/uptime", "GET /api/bot/{bot_id}/maintenance"],
      "GET /api/bot/{bot_id}/instances",
      "GET /api/export/bot-data/{bot_id}",
    ],
  ],
  // Reading a bot as a person or as the bot.
  [
    "401 200 404 200 200 200 404 403 200 200",
    [
      "GET /api/bot/{bot_id}/info",
      "GET /api/bot/{bot_id}/data",
      "GET /api/bot/{bot_id}/settings",
      "GET /api/bot/{bot_id}/manifest",
      "GET /api/bot/{bot_id}/commands-history",
      "GET /api/commands/{command_id}",
      "GET /api/stats/bot/{bot_id}",
    ],
  ],
  ["401 200 404 200 200 200 404 404 200 200", ["GET /api/bot/{bot_id}/commands", "GET /api/bot/{bot_id}/status"]],
  // Lists over all that the caller may see.
  [
    "401 200 200 200 200 200 200 403 200 200",
    ["GET /api/logs", "GET /api/logs/counts", "GET /api/messages", "GET /api/export/logs", "GET /api/export/messages"],
  ],
  // Changing a bot, or sending it commands.
  [
    "401 200 404 403 200 403 403 403 403 200",
    [
      "PUT /api/my-bots/{bot_id}",
      "DELETE /api/my-bots/{bot_id}",
      "PUT /api/bot/{bot_id}/settings",
      "POST /api/bot/{bot_id}/send-command",
      "POST /api/bot/{bot_id}/cmd",
      "POST /api/bot/{bot_id}/restart",
      "POST /api/bot/{bot_id}/stop",
      "POST /api/commands",
      "POST /api/commands/{command_id}/cancel",
    ],
  ],
  // The target's command is pending, so callers with the right get an error that it has not failed.
  ["401 409 404 403 409 403 403 403 403 409", ["POST /api/commands/{command_id}/retry"]],
  // Each bot has its own outcome, which may be a refusal.
  ["401 200 404 200 200 403 403 403 403 200", ["POST /api/commands/retry-failed"]],
  // The selection names a missing bot.
  ["401 404 404 404 404 403 403 403 404 404", ["GET /api/manifests/common"]],
  // A bot's token is a credential, so only keys with scope admin read or replace it.
  [
    "401 200 404 403 200 403 403 403 403 403",
    ["GET /api/my-bots/{bot_id}/token", "POST /api/my-bots/{bot_id}/regenerate-token"],
  ],
  // Reports by the bot.
  [
    "401 200 404 403 200 200 404 403 403 200",
    [
      "POST /api/bot/{bot_id}/logs",
      "POST /api/bot/{bot_id}/messages",
      "POST /api/bot/{bot_id}/metrics",
      "POST /api/bot/{bot_id}/sync",
      "PUT /api/bot/{bot_id}/manifest",
    ],
  ],
  ["401 200 404 403 200 200 404 404 403 200", ["POST /api/bot/{bot_id}/status"]],
  [
    "401 200 404 403 200 200 403 403 403 200",
    ["POST /api/commands/{command_id}/ack", "POST /api/commands/{command_id}/progress"],
  ],
  // People: one's own profile, and admins.
  ["401 200 403 403 200 403 403 403 200 200", ["GET /api/users/{user_id}", "GET /api/users/{user_id}/bots"]],
  [
    "401 403 403 403 200 403 403 403 403 403",
    [
      "GET /api/admin/bots",
      "GET /api/join-requests",
      "GET /api/admin/system",
      "GET /api/admin/retention",
      "PUT /api/admin/retention",
    ],
  ],
  // The server: figures for everybody signed in, services and caches for admins.
  [
    "401 200 200 200 200 403 403 403 200 200",
    ["GET /api/system/status", "GET /api/system/logger", "GET /api/system/metrics"],
  ],
  [
    "401 403 403 403 200 403 403 403 403 403",
    [
      "GET /metrics",
      "GET /api/system/services",
      "DELETE /api/system/cache",
      "POST /api/system/services/{service}/restart",
    ],
  ],
  // Series, and feeds. The player asked for is not known to the rank service; the picture's address was not signed here.
  ["401 200 200 200 200 200 200 403 200 200", ["GET /api/memes/random", "GET /api/memes/templates", "GET /api/series"]],
  ["401 404 404 404 404 404 404 403 404 404", ["GET /api/rocket-league/stats/{platform}/{username}"]],
  ["401 403 403 403 403 403 403 403 403 403", ["GET /api/memes/image"]],
  ["401 200 200 200 200 403 403 403 200 200", ["GET /api/rocket-league/tracked"]],
  ["401 404 404 404 404 403 403 403 403 404", ["DELETE /api/rocket-league/tracked/{player_id}"]],
  ["401 403 403 403 200 403 403 403 403 403", ["POST /api/rocket-league/check-ranks"]],
  // The target has an owner, and no bot has the claim code.
  ["401 403 403 403 404 403 403 403 403 403", ["PATCH /api/users/{user_id}", "DELETE /api/join-requests/{bot_id}"]],
  ["401 404 404 404 404 403 403 403 403 404", ["POST /api/join-requests/adopt", "POST /api/rocket-league/tracked"]],
  // No such instance is live.
  ["401 404 404 403 404 403 403 403 403 404", ["POST /api/bot/{bot_id}/instances/{instance}/keep"]],
  // Configuration is for admins. Bots of admins may read it; the target's owner is not an admin.
  [
    "401 403 403 403 200 403 403 403 403 403",
    [
      "GET /api/config",
      "PATCH /api/config",
      "PUT /api/config/general",
      "PUT /api/config/channels",
      "PUT /api/config/roles",
      "PUT /api/config/meme",
      "PUT /api/config/rocket_league",
      "PUT /api/config/welcome",
      "PUT /api/config/server_guide",
      "PUT /api/config/tickets",
      "GET /api/config/transfers",
      "PUT /api/config/transfers",
      "GET /api/config/features",
      "PUT /api/config/features",
      "GET /api/config/security",
      "PUT /api/config/security",
      "GET /api/config/{section}/history",
      "POST /api/config/{section}/reset",
    ],
  ],
  // Others than admins get the types of tickets alone.
  ["401 403 403 403 404 403 403 403 403 403", ["POST /api/config/{section}/undo"]],
  ["401 403 404 403 200 403 404 403 403 403", ["GET /api/bot/{bot_id}/config"]],
  // Notifications are each person's own; the target has none with that id. Without a service account FCM's test is 503.
  [
    "401 200 200 200 200 403 403 403 200 200",
    [
      "GET /api/notifications",
      "GET /api/notifications/unread-count",
      "GET /api/notifications/preferences",
      "GET /api/notifications/vapid-key",
      "GET /api/notifications/devices",
      "GET /api/notifications/deliveries",
    ],
  ],
  [
    "401 200 200 200 200 403 403 403 403 200",
    [
      "POST /api/notifications/read",
      "POST /api/notifications/read-all",
      "PUT /api/notifications/preferences",
      "POST /api/notifications/subscribe",
      "POST /api/notifications/unsubscribe",
      "POST /api/notifications/register-token",
      "POST /api/notifications/unregister-token",
    ],
  ],
  [
    "401 404 404 404 404 403 403 403 403 404",
    [
      "DELETE /api/notifications/{notification_id}",
      "DELETE /api/notifications/devices/{device_id}",
      "POST /api/notifications/devices/{device_id}/test",
    ],
  ],
  ["401 403 403 403 503 403 403 403 403 403", ["POST /api/notifications/test"]],
  [
    "401 403 403 403 200 403 403 403 403 403",
    ["POST /api/admin/broadcast", "GET /api/admin/broadcast/preview", "GET /api/admin/broadcasts"],
  ],
];
