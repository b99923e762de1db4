/**
 * Rights to the operations of document 004, figures, sign-in by Discord, tickets, plugins, transfers, backups and alerts.
 * The columns are those of `./access.ts`.
 */
export const SERVICE_ROWS: [string, string[]][] = [
  // anon own  str  mod  adm  bot  oth  uncl read oper
  ["200 200 200 200 200 200 200 200 200 200", ["GET /sw.js"]],
  // Document 004; open mode is off here.
  ["401 200 200 200 200 200 200 200 200 200", ["GET /bots"]],
  ["401 200 409 409 200 200 403 403 403 200", ["POST /register"]],
  ["401 200 404 403 200 403 403 403 403 200", ["POST /command"]],
  ["401 200 404 200 200 200 404 404 200 200", ["GET /commands/{bot_id}"]],
  ["401 200 404 403 200 200 404 403 403 200", ["POST /commands/{bot_id}/clear"]],
  ["401 200 404 403 200 200 404 404 403 200", ["DELETE /bots/{bot_id}"]],
  // Analytics: staff read figures; only admins see active sessions.
  ["401 200 200 200 200 403 403 403 200 200", ["GET /api/stats", "POST /api/analytics/view"]],
  ["401 403 403 200 200 403 403 403 403 403", ["GET /api/analytics/settings", "GET /api/export/analytics"]],
  [
    "401 403 403 403 200 403 403 403 403 403",
    [
      "GET /api/admin/stats",
      "GET /api/active-sessions",
      "GET /api/audit/verify",
      "GET /api/audit/streams",
      "PUT /api/audit/streams/{kind}",
      "DELETE /api/audit/streams/{kind}",
      "PUT /api/analytics/settings",
    ],
  ],
  ["401 403 403 403 404 403 403 403 403 403", ["DELETE /api/active-sessions/{session_id}"]],
  ["401 200 200 200 200 403 403 403 200 200", ["GET /api/export/audit"]],
  ["401 200 403 403 200 403 403 403 200 200", ["GET /api/users/{user_id}/stats"]],
  // Document 003, accounts: moderators read the list of users; everybody signed in reads their own account.
  ["401 403 403 200 200 403 403 403 403 403", ["GET /api/users", "GET /api/users/search"]],
  [
    "401 200 200 200 200 403 403 403 200 200",
    [
      "GET /api/users/me",
      "GET /api/auth/verify-token",
      "POST /api/auth/verify-token",
      "GET /api/auth/discord",
      "GET /api/auth/sso",
    ],
  ],
  // Anybody with an account; of logs only those that the caller may see.
  ["401 200 200 200 200 200 200 403 200 200", ["GET /api/ping", "GET /api/logs/groups"]],
  // Sign-in by Discord: anybody may start one; nobody may finish one that was not started.
  ["200 200 200 200 200 200 200 200 200 200", ["GET /api/discord/auth"]],
  ["400 400 400 400 400 400 400 400 400 400", ["GET /api/discord/callback", "POST /api/auth/discord/invitation"]],
  // It needs the word that the app puts in.
  ["400 400 400 400 400 400 400 400 400 400", ["GET /api/discord/begin"]],
  // Single sign-on: no provider is set up here, so nothing can be started.
  [
    "404 404 404 404 404 404 404 404 404 404",
    [
      "GET /api/auth/sso/{provider}",
      "GET /api/auth/sso/{provider}/callback",
      "POST /api/auth/sso/{provider}/invitation",
    ],
  ],
  ["401 404 404 404 404 403 403 403 403 403", ["POST /api/auth/sso/{provider}/link"]],
  ["401 404 404 404 404 403 403 403 403 403", ["DELETE /api/auth/sso/links/{link_id}"]],
  [
    "401 401 401 401 401 401 401 401 401 401",
    ["POST /api/auth/sso/join", "POST /api/auth/token", "POST /api/auth/login-link"],
  ],
  ["401 200 200 200 200 403 403 403 403 403", ["POST /api/auth/discord", "POST /api/auth/refresh"]],
  // The admin of the environment is verified already.
  ["401 200 200 200 409 403 403 403 403 403", ["POST /api/auth/verify-email/send"]],
  ["401 404 404 404 404 403 403 403 403 403", ["DELETE /api/auth/discord"]],
  // Tickets. The bot opened the target's ticket, so the bot's owner answers it, as staff do.
  [
    "401 200 200 200 200 200 200 403 200 200",
    ["GET /api/tickets", "GET /api/tickets/my", "GET /api/tickets/counts", "GET /api/tickets/options"],
  ],
  // A bot must name the user.
  ["401 201 201 201 201 400 400 403 403 201", ["POST /api/tickets"]],
  [
    "401 200 403 200 200 200 403 403 200 200",
    [
      "GET /api/tickets/{ticket_id}",
      "GET /api/tickets/{ticket_id}/messages",
      "GET /api/tickets/{ticket_id}/transcript",
    ],
  ],
  [
    "401 200 403 200 200 200 403 403 403 200",
    [
      "POST /api/tickets/{ticket_id}/send",
      "POST /api/tickets/{ticket_id}/messages",
      "POST /api/tickets/{ticket_id}/mark-read",
    ],
  ],
  // Not closed; no file sent; no such file.
  ["401 409 403 409 409 409 403 403 403 409", ["POST /api/tickets/{ticket_id}/reopen"]],
  ["401 400 403 400 400 400 403 403 403 400", ["POST /api/tickets/{ticket_id}/attachments"]],
  ["401 404 403 404 404 404 403 403 404 404", ["GET /api/tickets/{ticket_id}/attachments/{attachment_id}"]],
  ["401 404 403 404 404 404 403 403 403 404", ["DELETE /api/tickets/{ticket_id}/attachments/{attachment_id}"]],
  [
    "401 403 403 200 200 403 403 403 403 403",
    ["GET /api/tickets/assignees", "GET /api/canned-replies", "POST /api/canned-replies"],
  ],
  [
    "401 200 403 200 200 403 403 403 403 200",
    [
      "PATCH /api/tickets/{ticket_id}",
      "PUT /api/tickets/{ticket_id}",
      "POST /api/tickets/{ticket_id}/claim",
      "POST /api/tickets/{ticket_id}/assign",
      "POST /api/tickets/{ticket_id}/close",
    ],
  ],
  ["401 400 403 400 400 403 403 403 403 400", ["POST /api/tickets/{ticket_id}/merge"]],
  ["401 403 403 403 200 403 403 403 403 403", ["DELETE /api/tickets/{ticket_id}"]],
  [
    "401 403 403 404 404 403 403 403 403 403",
    [
      "GET /api/canned-replies/{reply_id}",
      "PUT /api/canned-replies/{reply_id}",
      "DELETE /api/canned-replies/{reply_id}",
    ],
  ],
  ["401 403 403 200 200 403 403 403 403 403", ["GET /api/plugins"]],
  [
    "401 403 403 403 200 403 403 403 403 403",
    [
      "GET /api/cogs",
      "GET /api/plugins/{name}",
      "GET /api/plugins/{name}/log",
      "PUT /api/plugins/{name}/settings",
      "POST /api/plugins/{name}/toggle",
      "POST /api/plugins/rescan",
    ],
  ],
  [
    "401 403 403 403 404 403 403 403 403 403",
    ["POST /api/cogs/load", "POST /api/cogs/unload", "POST /api/cogs/reload"],
  ],
  [
    "401 200 200 200 200 403 403 403 200 200",
    ["GET /api/tasks", "GET /api/dashboard/stats", "GET /api/dashboard/tasks"],
  ],
  ["401 200 200 200 200 403 403 403 403 200", ["POST /api/download"]],
  [
    "401 404 404 404 404 403 403 403 404 404",
    ["GET /api/tasks/{task_id}", "GET /api/tasks/{task_id}/file", "GET /api/tasks/{task_id}/files/{part}"],
  ],
  [
    "401 404 404 404 404 403 403 403 403 404",
    [
      "DELETE /api/tasks/{task_id}",
      "POST /api/tasks/{task_id}/control",
      "POST /api/tasks/{task_id}/pause",
      "POST /api/tasks/{task_id}/resume",
      "POST /api/tasks/{task_id}/retry",
    ],
  ],
  [
    "401 403 403 403 200 403 403 403 403 403",
    ["GET /api/backups", "GET /api/backups/schedule", "PUT /api/backups/schedule"],
  ],
  ["401 403 403 403 200 403 403 403 403 403", ["POST /api/backups"]],
  // The empty body is not a backup.
  ["401 403 403 403 400 403 403 403 403 403", ["POST /api/backups/upload"]],
  [
    "401 403 403 403 404 403 403 403 403 403",
    [
      "DELETE /api/backups/{filename}",
      "GET /api/backups/{filename}/download",
      "POST /api/backups/{filename}/verify",
      "POST /api/backups/{filename}/restore",
    ],
  ],
  [
    "401 200 200 200 200 403 403 403 200 200",
    [
      "GET /api/alerts",
      "GET /api/alerts/summary",
      "GET /api/alert-rules",
      "POST /api/alert-rules/dry-run",
      "GET /api/alert-channels",
    ],
  ],
  ["401 200 200 200 200 403 403 403 200 200", ["GET /api/schedules", "POST /api/schedules/preview"]],
  ["401 200 200 200 200 403 403 403 200 200", ["GET /api/maintenance-windows", "GET /api/status-pages"]],
  [
    "401 200 200 200 200 403 403 403 403 200",
    ["POST /api/schedules", "POST /api/maintenance-windows", "POST /api/status-pages"],
  ],
  [
    "401 404 404 404 404 403 403 403 404 404",
    [
      "GET /api/schedules/{schedule_id}",
      "GET /api/schedules/{schedule_id}/runs",
      "GET /api/schedules/{schedule_id}/runs/{run_id}",
      "GET /api/maintenance-windows/{window_id}",
      "GET /api/status-pages/{page_id}",
      "GET /api/status-pages/{page_id}/incidents",
    ],
  ],
  [
    "401 404 404 404 404 403 403 403 403 404",
    [
      "PUT /api/schedules/{schedule_id}",
      "DELETE /api/schedules/{schedule_id}",
      "POST /api/schedules/{schedule_id}/pause",
      "POST /api/schedules/{schedule_id}/resume",
      "POST /api/schedules/{schedule_id}/run",
      "PUT /api/maintenance-windows/{window_id}",
      "DELETE /api/maintenance-windows/{window_id}",
      "POST /api/maintenance-windows/{window_id}/end",
      "PUT /api/status-pages/{page_id}",
      "DELETE /api/status-pages/{page_id}",
      "POST /api/status-pages/{page_id}/renew-link",
      "POST /api/status-pages/{page_id}/incidents",
      "DELETE /api/status-pages/{page_id}/incidents/{incident_id}",
      "POST /api/status-pages/{page_id}/incidents/{incident_id}/updates",
    ],
  ],
  // A page that nobody has published does not exist for its readers.
  ["404 404 404 404 404 404 404 404 404 404", ["GET /api/status/{slug}", "GET /api/status/{slug}/badge"]],
  ["401 403 403 403 200 403 403 403 403 403", ["POST /api/alerts"]],
  // Webhooks: everybody has those of the personal team; those of others do not exist for a caller.
  ["401 200 200 200 200 403 403 403 200 200", ["GET /api/webhooks", "GET /api/views"]],
  ["401 200 200 200 200 403 403 403 403 403", ["POST /api/webhooks", "POST /api/views"]],
  [
    "401 404 404 404 404 403 403 403 404 404",
    [
      "GET /api/views/{view_id}",
      "GET /api/webhooks/{webhook_id}",
      "GET /api/webhooks/{webhook_id}/deliveries",
      "GET /api/webhooks/{webhook_id}/deliveries/{delivery_id}",
    ],
  ],
  [
    "401 404 404 404 404 403 403 403 403 403",
    [
      "PUT /api/views/{view_id}",
      "DELETE /api/views/{view_id}",
      "POST /api/views/{view_id}/pin",
      "DELETE /api/views/{view_id}/pin",
      "PATCH /api/webhooks/{webhook_id}",
      "DELETE /api/webhooks/{webhook_id}",
      "POST /api/webhooks/{webhook_id}/rotate",
      "POST /api/webhooks/{webhook_id}/test",
      "POST /api/webhooks/{webhook_id}/replay",
      "POST /api/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver",
    ],
  ],
  // Incoming webhooks: the same, and a new one needs a bot that the caller may use.
  ["401 200 200 200 200 403 403 403 200 200", ["GET /api/incoming-webhooks"]],
  ["401 200 404 403 200 403 403 403 403 403", ["POST /api/incoming-webhooks"]],
  ["401 404 404 404 404 403 403 403 404 404", ["GET /api/incoming-webhooks/{hook_id}"]],
  [
    "401 404 404 404 404 403 403 403 403 403",
    [
      "PATCH /api/incoming-webhooks/{hook_id}",
      "DELETE /api/incoming-webhooks/{hook_id}",
      "POST /api/incoming-webhooks/{hook_id}/rotate",
      "POST /api/incoming-webhooks/{hook_id}/test",
    ],
  ],
  // The token in the path is the only credential.
  ["404 404 404 404 404 404 404 404 404 404", ["POST /api/incoming/{token}"]],
  [
    "401 200 200 200 200 403 403 403 403 200",
    ["POST /api/alerts/bulk", "POST /api/alert-rules", "POST /api/alert-channels"],
  ],
  [
    "401 404 404 404 404 403 403 403 404 404",
    [
      "GET /api/alerts/{alert_id}",
      "GET /api/alert-rules/{rule_id}",
      "GET /api/alert-channels/{channel_id}",
      "GET /api/alert-channels/{channel_id}/deliveries",
    ],
  ],
  [
    "401 404 404 404 404 403 403 403 403 404",
    [
      "POST /api/alerts/{alert_id}/acknowledge",
      "POST /api/alerts/{alert_id}/snooze",
      "POST /api/alerts/{alert_id}/resolve",
      "PUT /api/alert-rules/{rule_id}",
      "DELETE /api/alert-rules/{rule_id}",
      "PATCH /api/alert-channels/{channel_id}",
      "DELETE /api/alert-channels/{channel_id}",
      "POST /api/alert-channels/{channel_id}/test",
      "POST /api/alert-channels/{channel_id}/deliveries/{delivery_id}/retry",
    ],
  ],
];
