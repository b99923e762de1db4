/** Rights to the administration of accounts. The columns are those of `./access.ts`. */
export const PEOPLE_ROWS: [string, string[]][] = [
  // anon own  str  mod  adm  bot  oth  uncl read oper
  // Every person's own address, its changes, and the links about them.
  ["400 400 400 400 400 400 400 400 400 400", ["POST /api/auth/email/confirm", "POST /api/auth/not-me"]],
  ["401 200 200 200 200 403 403 403 200 200", ["GET /api/auth/email"]],
  [
    "401 200 200 200 200 403 403 403 403 403",
    ["POST /api/auth/email", "DELETE /api/auth/email/pending", "DELETE /api/auth/sessions"],
  ],
  // The token of no invitation.
  ["401 400 400 400 400 403 403 403 403 403", ["POST /api/auth/invitations/join"]],
  // Invitations, and accounts that admins change. There is no such user, and no such invitation.
  ["401 403 403 403 200 403 403 403 403 403", ["GET /api/invitations", "POST /api/invitations", "POST /api/users"]],
  [
    "401 403 403 403 404 403 403 403 403 403",
    [
      "DELETE /api/invitations/{invitation_id}",
      "POST /api/users/{user_id}/reset-link",
      "GET /api/users/{user_id}/sessions",
      "DELETE /api/users/{user_id}/sessions",
      "DELETE /api/users/{user_id}/sessions/{session_id}",
      "DELETE /api/users/{user_id}/account",
    ],
  ],
  // Grants of tags. The target's id is no team's.
  [
    "401 404 404 403 404 403 403 403 403 403",
    [
      "GET /api/teams/{team_id}/tag-grants",
      "POST /api/teams/{team_id}/tag-grants",
      "PUT /api/teams/{team_id}/tag-grants/{grant_id}",
      "DELETE /api/teams/{team_id}/tag-grants/{grant_id}",
    ],
  ],
  // Quotas. The target's id is no team's.
  ["401 404 404 404 404 403 403 403 404 404", ["GET /api/quotas/{team_id}"]],
  ["401 403 403 403 404 403 403 403 403 403", ["PUT /api/quotas/{team_id}"]],
  ["401 403 403 403 200 403 403 403 403 403", ["GET /api/config/quotas", "PUT /api/config/quotas"]],
];
