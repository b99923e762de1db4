/**
 * The rights of roles on what a team owns beside bots. Columns: a member of another team, somebody with whom a bot of the team is
 * shared as maintainer, somebody with whom it was until a moment ago, the team's viewer, operator, maintainer and second owner, and a service key of the team with every
 * scope that it can have. A team of which the caller is no member is 404, a role that is too low is 403.
 */
const ROWS: [string, string[]][] = [
  // othr gst  exp  view oper main own  key
  // Each caller gets their own.
  [
    "200 200 200 200 200 200 200 403",
    [
      "GET /api/alert-channels",
      "GET /api/alert-rules",
      "GET /api/maintenance-windows",
      "GET /api/schedules",
      "POST /api/schedules/preview",
      "GET /api/webhooks",
      "GET /api/incoming-webhooks",
      "GET /api/status-pages",
      "GET /api/views",
    ],
  ],
  [
    "404 404 404 200 200 200 200 403",
    [
      "GET /api/alert-channels/{channel_id}",
      "GET /api/alert-channels/{channel_id}/deliveries",
      "GET /api/alert-rules/{rule_id}",
      "GET /api/maintenance-windows/{window_id}",
      "GET /api/schedules/{schedule_id}",
      "GET /api/status-pages/{page_id}",
      "GET /api/status-pages/{page_id}/incidents",
      "GET /api/views/{view_id}",
      "POST /api/views/{view_id}/pin",
      "DELETE /api/views/{view_id}/pin",
      "GET /api/schedules/{schedule_id}/runs",
      "GET /api/quotas/{team_id}",
      "GET /api/teams/{team_id}",
      "GET /api/teams/{team_id}/members",
    ],
  ],
  [
    "404 404 404 403 403 200 200 403",
    [
      "POST /api/alert-channels",
      "DELETE /api/alert-channels/{channel_id}",
      "PATCH /api/alert-channels/{channel_id}",
      "POST /api/alert-channels/{channel_id}/test",
      "POST /api/alert-rules",
      "POST /api/alert-rules/dry-run",
      "DELETE /api/alert-rules/{rule_id}",
      "PUT /api/alert-rules/{rule_id}",
      "POST /api/maintenance-windows",
      "DELETE /api/maintenance-windows/{window_id}",
      "PUT /api/maintenance-windows/{window_id}",
      "POST /api/schedules",
      "DELETE /api/schedules/{schedule_id}",
      "PUT /api/schedules/{schedule_id}",
      "POST /api/schedules/{schedule_id}/pause",
      "POST /api/schedules/{schedule_id}/run",
      "POST /api/status-pages",
      "DELETE /api/status-pages/{page_id}",
      "PUT /api/status-pages/{page_id}",
      "POST /api/status-pages/{page_id}/renew-link",
      "POST /api/status-pages/{page_id}/incidents",
      "DELETE /api/status-pages/{page_id}/incidents/{incident_id}",
      "POST /api/status-pages/{page_id}/incidents/{incident_id}/updates",
      "GET /api/teams/{team_id}/keys",
      "POST /api/teams/{team_id}/keys",
      "DELETE /api/teams/{team_id}/keys/{key_id}",
      "POST /api/teams/{team_id}/keys/{key_id}/rotate",
      "GET /api/teams/{team_id}/tag-grants",
      "POST /api/webhooks",
      "POST /api/incoming-webhooks",
    ],
  ],
  // Every member may share a view of theirs. They and the owners of the team edit and delete it.
  ["404 404 404 200 200 200 200 403", ["POST /api/views"]],
  ["404 404 404 403 403 403 200 403", ["DELETE /api/views/{view_id}", "PUT /api/views/{view_id}"]],
  // The schedule runs, and the window has not begun.
  [
    "404 404 404 403 403 409 409 403",
    ["POST /api/schedules/{schedule_id}/resume", "POST /api/maintenance-windows/{window_id}/end"],
  ],
  [
    "404 404 404 403 403 403 200 403",
    [
      "DELETE /api/teams/{team_id}",
      "PUT /api/teams/{team_id}",
      "GET /api/teams/{team_id}/invitations",
      "POST /api/teams/{team_id}/invitations",
      "DELETE /api/teams/{team_id}/invitations/{invitation_id}",
      "POST /api/teams/{team_id}/members",
      "DELETE /api/teams/{team_id}/members/{user_id}",
      "PUT /api/teams/{team_id}/members/{user_id}",
      "POST /api/teams/{team_id}/tag-grants",
      "DELETE /api/teams/{team_id}/tag-grants/{grant_id}",
      "PUT /api/teams/{team_id}/tag-grants/{grant_id}",
    ],
  ],
  // Admins only.
  ["403 403 403 403 403 403 403 403", ["PUT /api/quotas/{team_id}"]],
  // No such person.
  ["404 404 404 403 403 403 404 403", ["POST /api/teams/{team_id}/transfer"]],
  // No such delivery.
  ["404 404 404 403 403 404 404 403", ["POST /api/alert-channels/{channel_id}/deliveries/{delivery_id}/retry"]],
  // Webhooks are visible to those who manage them alone: their addresses may hold secrets.
  [
    "404 404 404 404 404 200 200 403",
    [
      "DELETE /api/incoming-webhooks/{hook_id}",
      "GET /api/incoming-webhooks/{hook_id}",
      "PATCH /api/incoming-webhooks/{hook_id}",
      "POST /api/incoming-webhooks/{hook_id}/rotate",
      "POST /api/incoming-webhooks/{hook_id}/test",
      "DELETE /api/webhooks/{webhook_id}",
      "GET /api/webhooks/{webhook_id}",
      "PATCH /api/webhooks/{webhook_id}",
      "GET /api/webhooks/{webhook_id}/deliveries",
      "POST /api/webhooks/{webhook_id}/replay",
      "POST /api/webhooks/{webhook_id}/rotate",
      "POST /api/webhooks/{webhook_id}/test",
    ],
  ],
  // No such run and delivery.
  [
    "404 404 404 404 404 404 404 403",
    [
      "GET /api/schedules/{schedule_id}/runs/{run_id}",
      "GET /api/webhooks/{webhook_id}/deliveries/{delivery_id}",
      "POST /api/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver",
    ],
  ],
];

export const RESOURCE_MATRIX: Record<string, string> = Object.fromEntries(
  ROWS.flatMap(([statuses, lines]) => lines.map((line) => [line, statuses])),
);
