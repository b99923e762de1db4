/** Every operation in /api/openapi.json with a valid input, for tests that vary it. */
import { Api, type Json } from "../api";
import { aBot, type TestBot, type TestUser, theAdmin, unique } from "../factories";
import { SCHEDULE_BODIES } from "./operations.schedules";
import { TAG_BODIES } from "./operations.tags";
import { WEBHOOK_BODIES } from "./operations.webhooks";

export type OperationDocument = {
  /** The operationId. */
  id: string;
  line: string;
  path: string;
  method: string;
  parameters: { name: string; in: "path" | "query" | "header"; schema: Json }[];
  body?: Json;
  security: Record<string, unknown>[];
  permission?: string;
  /** The reference document that it implements; undefined for our own additions. */
  document?: string;
};

/** Returns the component that a schema refers to, or the schema itself. */
const resolved = (schema: Json | undefined, components: Json): Json | undefined =>
  schema?.$ref ? components[schema.$ref.split("/").at(-1)] : schema;

/** From the running server, with the part of it turned on that is off by default. */
export async function servedOperations(): Promise<OperationDocument[]> {
  const admin = await theAdmin();
  await admin.api.send("PUT /api/config/features", { body: { social: true } });
  const { json } = await new Api().send("GET /api/openapi.json");
  return Object.entries<Record<string, Json>>(json.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      id: operation.operationId,
      line: `${method.toUpperCase()} ${path}`,
      path,
      method: method.toUpperCase(),
      parameters: operation.parameters,
      body: resolved(operation.requestBody?.content["application/json"]?.schema, json.components.schemas),
      security: operation.security,
      permission: operation["x-permission"],
      document: operation["x-document"],
    })),
  );
}

/** The objects that a call needs: a bot of the owner with a pending command, and another user's account. */
export type Target = { bot: TestBot; command_id: string; user_id: string; ticket_id: string; team_id?: string };

/** `ticketBy` opens the ticket. An account may have only a few open at once, a bot one for each of its users. */
export async function aTarget(owner: TestUser, ticketBy: "owner" | "bot" = "owner"): Promise<Target> {
  const bot = await aBot(owner);
  const ticket = await (ticketBy === "bot" ? bot.api : owner.api).send("POST /api/tickets", {
    body: { ...TICKET, ...(ticketBy === "bot" && { user_id: "outside" }) },
  });
  const { json } = await owner.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "ping" } });
  return {
    bot,
    command_id: json.command.id,
    user_id: String(owner.id),
    ticket_id: ticket.json.ticket_id ?? "ticket_unknown",
  };
}

const TICKET = { type: "Support", subject: "A question", description: "How does one ask a question?" };
const MESSAGE = { message: "m", author_id: "1", author_name: "a", thread_id: "t", thread_type: "USER", metadata: {} };
const ALERT_RULE = { name: "Bots that are gone", metric: "bot_offline", threshold: 300, severity: "high" };
const CREDENTIAL = { id: "aQ", rawId: "aQ", type: "public-key" };
const NEW_PASSKEY = { ...CREDENTIAL, response: { clientDataJSON: "aQ", attestationObject: "aQ" } };
const PASSKEY_PROOF = {
  ticket: "t",
  credential: { ...CREDENTIAL, response: { clientDataJSON: "aQ", authenticatorData: "aQ", signature: "aQ" } },
};
const ACCOUNT = () => {
  const username = unique("made");
  return { username, email: `${username}@example.org`, password: "a good long password" };
};

/** Valid bodies by operation. Add each new operation with a body here. */
export const VALID_BODY: Record<string, (target: Target) => unknown> = {
  "POST /api/auth/register": () => ({ ...ACCOUNT(), fullname: "" }),
  "POST /api/auth/login": () => ({ username: unique("nobody"), password: "nothing at all" }),
  "POST /api/auth/update-profile": () => ({
    fullname: "x",
    phone: "1",
    birthday: "1990-12-31",
    gender: "x",
    time_zone: "UTC",
    clock: "24h",
  }),
  "POST /api/auth/second-factor": () => ({ password: "not this one" }),
  "POST /api/auth/second-factor/confirm": () => ({ otp: "123456" }),
  "POST /api/auth/second-factor/recovery-codes": () => ({ password: "not this one", otp: "123456" }),
  "POST /api/auth/second-factor/remove": () => ({ password: "not this one", otp: "123456" }),
  "POST /api/auth/second-factor/sign-in": () => ({ otp: "123456" }),
  "POST /api/auth/sso/{provider}/link": () => ({ password: "not this one" }),
  "POST /api/auth/token": () => ({ code: "a.b", code_verifier: "v".repeat(43) }),
  "POST /api/auth/login-link": () => ({ token: "a.b" }),
  "POST /api/auth/sso/join": () => ({ password: "not this one" }),
  "POST /api/auth/passkeys": () => ({ name: "k", ticket: "t", credential: NEW_PASSKEY }),
  "PATCH /api/auth/passkeys/{passkey_id}": () => ({ name: "k" }),
  "POST /api/auth/passkeys/sign-in": () => PASSKEY_PROOF,
  "POST /api/auth/step-up": () => ({ passkey: PASSKEY_PROOF }),
  "POST /api/auth/change-password": () => ({ old_password: "not this one", new_password: "another long one" }),
  "POST /api/auth/forgot-password": () => ({ email: "nobody@example.org" }),
  "POST /api/auth/verify-email": () => ({ token: "unknown" }),
  "POST /api/auth/email": () => ({ email: `${unique("moved")}@example.org` }),
  "POST /api/auth/email/confirm": () => ({ token: "unknown" }),
  "POST /api/auth/not-me": () => ({ token: "unknown" }),
  "POST /api/auth/reset-password": () => ({ token: "unknown", new_password: "another long one" }),
  "POST /api/auth/delete-account": () => ({ password: "not this one" }),
  "POST /api/auth/api-keys/{key_id}/rotate": () => ({}),
  "POST /api/invitations": () => ({}),
  "POST /api/users": () => ({ username: unique("made"), email: `${unique("made")}@example.org` }),
  "POST /api/users/{user_id}/reset-link": () => ({ delivery: "link" }),
  "POST /api/auth/invitations/look-up": () => ({ token: "mi_wrong" }),
  "POST /api/auth/sso/{provider}/invitation": () => ({ token: "mi_wrong" }),
  "POST /api/auth/discord/invitation": () => ({ token: "mi_wrong" }),
  "POST /api/auth/invitations/accept": () => ({ token: "mi_wrong", ...ACCOUNT() }),
  "POST /api/auth/api-keys": () => ({ name: "k", scope: "read", expires_in_days: 1 }),
  "POST /api/setup": () => ({ token: "unknown", ...ACCOUNT() }),
  "PATCH /api/users/{user_id}": () => ({ role: "user", is_active: true }),
  "POST /api/my-bots": () => ({ name: "b", metadata: {} }),
  "PUT /api/my-bots/{bot_id}": () => ({ name: "b", metadata: {} }),
  "POST /api/bot/auth": ({ bot }) => ({ bot_id: bot.id, token: "wrong" }),
  "POST /api/bots/register": ({ bot }) => ({ bot_id: bot.id, name: "b", status: "online", metadata: {} }),
  "POST /api/bot/{bot_id}/metrics": () => ({ metrics: { cpu: 0.5 } }),
  "POST /api/bot/{bot_id}/status": () => ({ status: "online", data: {} }),
  "PUT /api/bot/{bot_id}/settings": () => ({ a: 1 }),
  "POST /api/bot/{bot_id}/send-command": () => ({ type: "x", payload: {} }),
  "POST /api/bot/{bot_id}/cmd": () => ({ type: "x", payload: {} }),
  "POST /api/commands": ({ bot }) => ({ bot_id: bot.id, type: "x", payload: {} }),
  "POST /api/commands/bulk": ({ bot }) => ({ bot_ids: [bot.id], type: "x", payload: {} }),
  "POST /api/commands/retry-failed": ({ bot }) => ({ bot_id: bot.id, limit: 1 }),
  "POST /api/commands/{command_id}/progress": () => ({ progress: 50, note: "half", lease: 60 }),
  "PUT /api/bot/{bot_id}/manifest": () => ({ commands: [{ name: "x" }] }),
  "POST /api/commands/{command_id}/ack": () => ({ status: "completed", result: {} }),
  "POST /api/bot/{bot_id}/logs": () => ({ type: "info", message: "x", metadata: {} }),
  "POST /api/bot/{bot_id}/messages": () => MESSAGE,
  "POST /api/bot/{bot_id}/sync": () => ({ groups: [], friends: [], metadata: {} }),
  "POST /api/join-requests/adopt": () => ({ claim_code: "AAAA-AAAA" }),
  "POST /register": ({ bot }) => ({ bot_id: bot.id, name: "b", version: "1", status: "active" }),
  "POST /command": ({ bot }) => ({ bot_id: bot.id, command: "x", params: { a: 1 } }),
  "POST /api/tasks/{task_id}/control": () => ({ action: "pause" }),
  "POST /graphql": () => ({ query: "{ status { version } }" }),
  "POST /api/rocket-league/tracked": () => ({ platform: "steam", username: "nobody" }),
  "PUT /api/audit/streams/{kind}": () => ({ url: "udp://192.0.2.9:514", enabled: false }),
  "PUT /api/admin/retention": () => ({ logs_days: 30 }),
  "POST /api/analytics/view": () => ({ path: "/dashboard" }),
  "PUT /api/analytics/settings": () => ({ keep_days: 200 }),
  "POST /api/teams/{team_id}/invitations": () => ({ role: "viewer" }),
  "POST /api/auth/invitations/join": () => ({ token: "mi_wrong" }),
  "POST /api/teams": () => ({ name: unique("team") }),
  "PUT /api/teams/{team_id}": () => ({ name: "Night shift" }),
  "POST /api/teams/{team_id}/keys": () => ({ name: unique("key"), scopes: ["bots:read"] }),
  "POST /api/teams/{team_id}/keys/{key_id}/rotate": () => ({}),
  "POST /api/teams/{team_id}/transfer": () => ({ username: "nobody" }),
  "POST /api/teams/{team_id}/members": () => ({ username: "nobody", role: "viewer" }),
  "PUT /api/teams/{team_id}/members/{user_id}": () => ({ role: "viewer" }),
  "POST /api/my-bots/{bot_id}/grants": () => ({ username: "nobody", role: "viewer" }),
  ...TAG_BODIES,
  "POST /api/my-bots/{bot_id}/transfer": () => ({ username: "nobody" }),
  "PUT /api/my-bots/{bot_id}/grants/{grant_id}": () => ({ role: "viewer" }),
  // Notifications: the keys are those of RFC 8291's example.
  "POST /api/notifications/read": () => ({ ids: ["ntf_unknown"] }),
  "PUT /api/notifications/preferences": () => ({ ticket_reply: { email: false } }),
  "POST /api/notifications/subscribe": () => ({
    endpoint: `https://push.example.org/send/${unique("s")}`,
    keys: {
      p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
      auth: "BTBZMqHH6r4Tts7J_aSIgg",
    },
    name: "Chromium",
  }),
  "POST /api/notifications/unsubscribe": () => ({ endpoint: "https://push.example.org/send/none" }),
  "POST /api/notifications/register-token": () => ({ fcm_token: unique("token"), platform: "android" }),
  "POST /api/notifications/unregister-token": () => ({ fcm_token: "none" }),
  "POST /api/notifications/test": () => ({ fcm_token: "device-token", title: "Test", body: "Test notification" }),
  "POST /api/admin/broadcast": () => ({ title: "Announcement", message: "Important update", priority: "low" }),
  // Configuration: keep the values that other tests depend on.
  "PATCH /api/config": () => ({ maxConcurrentDownloads: 5, features: { graphqlApi: true } }),
  "PUT /api/config/general": () => ({ bot_name: "HazeBot", message_cooldown: 5 }),
  "PUT /api/config/channels": () => ({ log_channel_id: "123456789" }),
  "PUT /api/config/roles": () => ({ interest_role_ids: [], interest_roles: {} }),
  "PUT /api/config/meme": () => ({ default_subreddits: ["memes", "dankmemes"] }),
  "PUT /api/config/rocket_league": () => ({ rank_check_interval_hours: 24 }),
  "PUT /api/config/welcome": () => ({ welcome_messages: ["Welcome!"] }),
  "PUT /api/config/server_guide": () => ({ categories: [] }),
  "PUT /api/config/tickets": () => ({ transcript_enabled: true }),
  "PUT /api/config/transfers": () => ({ autoDeleteDuration: 0 }),
  "PUT /api/config/features": () => ({ phase1: true }),
  "PUT /api/config/quotas": () => ({ webhooks: 30 }),
  "PUT /api/quotas/{team_id}": () => ({ limits: { webhooks: 30 } }),
  "PUT /api/config/security": () => ({ session_idle_hours: 0 }),
  "PUT /api/config/welcome_texts": () => ({ welcome_button_replies: ["Welcome!"] }),
  "PUT /api/config/rocket_league_texts": () => ({ congrats_replies: ["Congratulations!"] }),
  "PUT /api/config/xp": () => ({ cooldowns: { message_cooldown: 60 } }),
  "PUT /api/config/daily_meme": () => ({ hour: 12 }),
  "POST /api/daily-meme/config": () => ({ hour: 12 }),
  "POST /api/config/{section}/undo": () => ({ version: 999_999 }),
  // Tickets.
  "POST /api/tickets": () => TICKET,
  "PATCH /api/tickets/{ticket_id}": () => ({ priority: "high", tags: ["x"] }),
  "PUT /api/tickets/{ticket_id}": () => ({ priority: "high", status: "open" }),
  "POST /api/tickets/{ticket_id}/send": () => ({ message: "m" }),
  "POST /api/tickets/{ticket_id}/messages": () => ({ content: "m" }),
  "POST /api/tickets/{ticket_id}/assign": () => ({ user_id: null }),
  "POST /api/tickets/{ticket_id}/close": () => ({ reason: "done" }),
  "POST /api/tickets/{ticket_id}/merge": () => ({ into: "ticket_unknown" }),
  "POST /api/tickets/{ticket_id}/mark-read": () => ({ last_seq: 1 }),
  "POST /api/canned-replies": () => ({ shortcut: unique("hi"), title: "Hi", content: "Hello" }),
  "PUT /api/canned-replies/{reply_id}": () => ({ shortcut: unique("hi"), title: "Hi", content: "Hello" }),
  // Plugins and cogs.
  "POST /api/plugins/{name}/toggle": () => ({ enabled: false }),
  "PUT /api/plugins/{name}/settings": () => ({ settings: { greeting: "Hello {user}" } }),
  ...SCHEDULE_BODIES,
  "POST /api/alerts": () => ({ level: "warning", message: unique("High memory usage detected ") }),
  "POST /api/alerts/bulk": () => ({ ids: ["alert_unknown"], action: "acknowledge" }),
  "POST /api/alerts/{alert_id}/snooze": () => ({ minutes: 60 }),
  "POST /api/alert-rules": () => ALERT_RULE,
  "PUT /api/alert-rules/{rule_id}": () => ALERT_RULE,
  "POST /api/alert-rules/dry-run": () => ALERT_RULE,
  "POST /api/alert-channels": () => ({ kind: "webhook", name: "Pager", url: "https://pager.example.org/alerts" }),
  ...WEBHOOK_BODIES,
  "POST /api/alert-channels/confirm": () => ({ token: "confirm_unknown" }),
  "PATCH /api/alert-channels/{channel_id}": () => ({ enabled: true }),
  "POST /api/notifications/register": () => ({ fcm_token: unique("token"), device_info: "Android" }),
  "POST /api/notifications/unregister": () => ({ fcm_token: "none" }),
  "PUT /api/notifications/settings": () => ({ ticket_created: true }),
  "PUT /api/user/preferences": () => ({ meme_opt_in: true }),
  "POST /api/gaming/request": () => ({ target_user_id: "222222222222222222", game_name: "Chess", message: "hi" }),
  "POST /api/cogs/load": () => ({ cog_name: "cog_unknown" }),
  "POST /api/cogs/unload": () => ({ cog_name: "cog_unknown" }),
  "POST /api/cogs/reload": () => ({ cog_name: "cog_unknown" }),
  // The community of document 003's app.
  "POST /api/posts": () => ({ content: unique("Hello community "), is_announcement: false }),
  "PUT /api/posts/{post_id}": () => ({ content: "Edited" }),
  "POST /api/test/send-meme": () => ({ meme: { title: "x", url: "https://i.redd.it/one.jpeg" } }),
  "POST /api/meme-generator/generate": () => ({ template_id: "181913649", texts: ["a", "b"] }),
  "POST /api/meme-generator/post-to-discord": () => ({ meme_url: "https://i.imgflip.com/x.jpg", template_name: "x" }),
  "POST /api/debug/error-report": () => ({ user_consented: true, error: { message: "x", type: "E" } }),
  "POST /api/user/rocket-league/link": () => ({ platform: "steam", username: "nobody" }),
  "POST /api/user/rocket-league/post-stats": () => ({}),
  // Transfers: the host name does not resolve.
  "POST /api/download": () => ({ url: "https://files.invalid/file.zip", userId: 123456789, destination: "local" }),
  // Backups.
  "POST /api/backups": () => ({ description: "Manual backup before update", backupName: "pre_update_backup" }),
  "POST /api/backups/{filename}/restore": () => ({ confirm: "backup_20260206_023000.tar.gz" }),
  "PUT /api/backups/schedule": () => ({ keep_count: 7 }),
};

export const paramsOf = (target: Target): Record<string, string> => ({
  ticket_id: target.ticket_id,
  attachment_id: "file_unknown",
  reply_id: "reply_unknown",
  bot_id: target.bot.id,
  command_id: target.command_id,
  user_id: target.user_id,
  kind: "syslog",
  team_id: target.team_id ?? "1999999999",
  grant_id: "grant_unknown",
  session_id: "session_unknown",
  key_id: "key_unknown",
  passkey_id: "passkey_unknown",
  instance: "instance_unknown",
  platform: "steam",
  username: "nobody",
  player_id: "rlp_unknown",
  discord_id: "999999999999999999",
  post_id: "199999999",
  meme_id: "999999999999999999",
  filename: "backup_20260206_023000.tar.gz",
  notification_id: "ntf_unknown",
  device_id: "dev_unknown",
  section: "rocket_league",
  alert_id: "alert_unknown",
  rule_id: "rule_unknown",
  schedule_id: "sch_unknown",
  run_id: "run_unknown",
  channel_id: "chan_unknown",
  webhook_id: "hook_unknown",
  hook_id: "inc_unknown",
  token: "mh_unknown",
  delivery_id: "whd_unknown",
  task_id: "task_unknown",
  part: "1",
  // Comes with Muster, disabled.
  name: "ticket_greeter",
  service: "single_sign_on",
  provider: "nowhere",
  link_id: "acc_unknown",
});

export const REQUIRED_QUERY: Record<string, Record<string, string>> = {
  "GET /api/users/search": { q: "user" },
  "GET /graphql": { query: "{ status { version } }" },
  "GET /api/manifests/common": { bot_ids: "unknown" },
  "GET /api/test/meme-from-source": { source: "memes" },
  "GET /api/proxy/image": { url: "https://pictures.example.org/x.png" },
  "GET /api/memes/image": { u: "https://example.org/x.png", s: "unknown" },
};
