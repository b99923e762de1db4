/** Rights to what document 003's mobile app calls beside that document. The columns are those of `./access.ts`. */
export const HAZE_ROWS: [string, string[]][] = [
  // anon own  str  mod  adm  bot  oth  uncl read oper
  [
    "401 403 403 200 200 403 403 403 403 403",
    [
      "GET /api/config/general",
      "GET /api/config/channels",
      "GET /api/config/roles",
      "GET /api/config/meme",
      "GET /api/config/rocket_league",
      "GET /api/config/welcome",
      "GET /api/config/server_guide",
      "GET /api/config/welcome_texts",
      "GET /api/config/rocket_league_texts",
      "GET /api/config/xp",
      "GET /api/config/daily_meme",
      "GET /api/daily-meme/config",
    ],
  ],
  // Only admins get the whole section.
  ["401 200 200 200 200 403 403 403 200 200", ["GET /api/config/tickets"]],
  // While no admin lets moderators change settings.
  [
    "401 403 403 403 200 403 403 403 403 403",
    [
      "PUT /api/config/welcome_texts",
      "PUT /api/config/rocket_league_texts",
      "PUT /api/config/xp",
      "PUT /api/config/daily_meme",
      "POST /api/daily-meme/config",
      "POST /api/daily-meme/config/reset",
    ],
  ],
  ["401 200 200 200 200 403 403 403 200 200", ["GET /api/user/profile", "GET /api/notifications/settings"]],
  [
    "401 200 200 200 200 403 403 403 403 200",
    ["POST /api/notifications/register", "POST /api/notifications/unregister", "PUT /api/notifications/settings"],
  ],
  // People who came by Discord see one another, and these did not.
  ["401 403 403 404 404 403 403 403 403 403", ["GET /api/users/{user_id}/profile"]],
  ["401 403 403 200 200 403 403 403 403 403", ["GET /api/gaming/members", "GET /api/logs/cogs"]],
  ["401 409 409 409 409 403 403 403 403 409", ["PUT /api/user/preferences", "POST /api/gaming/request"]],
  [
    "401 403 403 403 200 403 403 403 403 403",
    [
      "GET /api/admin/active-sessions",
      "GET /api/cogs/{name}/logs",
      "POST /api/cogs/{name}/load",
      "POST /api/cogs/{name}/reload",
      "POST /api/cogs/{name}/unload",
    ],
  ],
  // The community: for staff, and for people who came by Discord. No channel of Discord is set up here.
  [
    "401 403 403 200 200 403 403 403 403 403",
    [
      "GET /api/posts",
      "GET /api/meme-sources",
      "GET /api/test/meme-from-source",
      "GET /api/test/random-meme",
      "GET /api/meme-generator/templates",
      "POST /api/meme-generator/templates/refresh",
      "GET /api/hazehub/latest-memes",
      "GET /api/hazehub/latest-levelups",
      "GET /api/hazehub/latest-rankups",
      "GET /api/levels/leaderboard",
      "POST /api/posts",
      "POST /api/debug/error-report",
      "GET /api/user/rocket-league/account",
      "GET /api/rocket-league/accounts",
    ],
  ],
  ["401 403 403 403 200 403 403 403 403 403", ["GET /api/debug/error-reports"]],
  [
    "401 403 403 404 404 403 403 403 403 403",
    [
      "PUT /api/posts/{post_id}",
      "DELETE /api/posts/{post_id}",
      "POST /api/community_posts/{post_id}/like",
      "GET /api/community_posts/{post_id}/likes",
      "GET /api/community_posts/images/{post_id}",
      "POST /api/memes/{meme_id}/upvote",
      "GET /api/memes/{meme_id}/reactions",
      "DELETE /api/rocket-league/accounts/{discord_id}",
      "POST /api/user/rocket-league/link",
      "DELETE /api/user/rocket-league/unlink",
    ],
  ],
  [
    "401 403 403 409 409 403 403 403 403 403",
    [
      "POST /api/test/send-meme",
      "POST /api/test/daily-meme",
      "POST /api/meme-generator/post-to-discord",
      "POST /api/user/rocket-league/post-stats",
    ],
  ],
  ["401 403 403 400 400 403 403 403 403 403", ["GET /api/proxy/image"]],
  // No account of the template service is set up here.
  ["401 403 403 503 503 403 403 403 403 403", ["POST /api/meme-generator/generate"]],
  // No Discord server is set up here.
  ["401 403 403 503 503 403 403 403 403 403", ["GET /api/guild/channels", "GET /api/guild/roles"]],
];
