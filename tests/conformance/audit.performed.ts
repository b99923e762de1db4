/** Operations that succeed only after several steps: a mail is read, a factor is set up, a backup is taken. */
import { type Answer, Api, type Json } from "../api";
import { appCode } from "../authenticator";
import { eventually } from "../eventually";
import { aBot, anUnclaimedBot, aUser, mailTo, signIn, type TestUser, unique, verificationMailTo } from "../factories";
import { theServer } from "../the-server";
import { uploaded } from "../ticket-files";
import { QUESTION } from "../tickets";
import { type Call, made } from "./audit.done";

type Headers = { "x-request-id": string };
/** Performs one operation with the headers, after what has to come before it. */
export type Perform = (call: Call, headers: Headers) => Promise<{ status: number }>;

const STEP_MS = 30_000;
const tokenIn = (mail: string): string => decodeURIComponent(/[?#]token=([^\s"<&]+)/.exec(mail)![1]!);
const by = (api: Api, line: string, more: Parameters<Api["send"]>[1] = {}): Promise<Answer> => api.send(line, more);
const open = () => new Api(theServer().url);

/** Sends a line with the token of a mail or a link, as somebody who is not signed in. */
const withToken =
  (line: string, tokenOf: (call: Call) => Promise<string>, more: Json = {}): Perform =>
  async (call, headers) =>
    by(open(), line, { body: { token: await tokenOf(call), ...more }, headers });

async function changeOfAddress({ owner }: Call, isRight: (mail: string) => boolean, isNew: boolean) {
  const email = `moved-${owner.email}`;
  await made(owner, "POST /api/auth/email", {}, { email });
  return tokenIn(await mailTo(isNew ? email : owner.email, isRight));
}

/** Sets an authenticator app up. The app's first code is spent, so that its next one is accepted early. */
async function withApp(user: TestUser) {
  const { secret } = await made(user, "POST /api/auth/second-factor", {}, { password: user.password });
  await made(user, "POST /api/auth/second-factor/confirm", {}, { otp: appCode(secret, Date.now()) });
  return { password: user.password, otp: appCode(secret, Date.now() + STEP_MS) };
}
const withFactor =
  (line: string): Perform =>
  async ({ owner }, headers) =>
    by(owner.api, line, { body: await withApp(owner), headers });

const invited = async (inviter: TestUser, line: string, params: Record<string, string>, role: string) =>
  tokenIn((await made(inviter, line, params, { role, delivery: "link" })).link);

async function aTeam(owner: TestUser): Promise<string> {
  return String((await made(owner, "POST /api/teams", {}, { name: unique("team") })).team.id);
}

async function anAlert({ admin }: Call): Promise<string> {
  return (await made(admin, "POST /api/alerts", {}, { level: "warning", message: unique("High memory ") })).alert
    .alert_id;
}
const onAlert =
  (line: string, body?: Json): Perform =>
  async (call, headers) =>
    by(call.admin.api, line, { params: { alert_id: await anAlert(call) }, body, headers });

const aBackup = async ({ admin }: Call): Promise<string> =>
  (await made(admin, "POST /api/backups", {}, { backupName: unique("b") })).filename;
const onBackup =
  (line: string): Perform =>
  async (call, headers) =>
    by(call.admin.api, line, { params: { filename: await aBackup(call) }, headers });

const COG = "ticket_greeter";
const onCog =
  (verb: string, first: string): Perform =>
  async ({ admin }, headers) => {
    await by(admin.api, `POST /api/cogs/${first}`, { body: { cog_name: COG } });
    return by(admin.api, `POST /api/cogs/${verb}`, { body: { cog_name: COG }, headers });
  };

async function upTo(path: string, who: TestUser, file: Blob, headers: Headers) {
  const form = new FormData();
  form.set("file", file, "file.txt");
  const url = `${theServer().url}${path}`;
  return fetch(url, { method: "POST", body: form, headers: { ...who.api.headers, ...headers } });
}

const TEXT = { content: "a text" };

export const PERFORMED: Record<string, Perform> = {
  verifyEmail: withToken("POST /api/auth/verify-email", async ({ owner }) =>
    tokenIn(await verificationMailTo(owner.email)),
  ),
  resetPassword: withToken(
    "POST /api/auth/reset-password",
    async ({ owner }) => {
      await by(open(), "POST /api/auth/forgot-password", { body: { email: owner.email } });
      return tokenIn(await mailTo(owner.email, (mail) => mail.includes("/reset")));
    },
    { new_password: "a reset long password" },
  ),
  confirmEmailChange: withToken("POST /api/auth/email/confirm", (call) =>
    changeOfAddress(call, (mail) => mail.includes("/confirm-email"), true),
  ),
  disownChange: withToken("POST /api/auth/not-me", (call) =>
    changeOfAddress(call, (mail) => mail.includes("/not-me?token="), false),
  ),
  confirmAlertChannel: withToken("POST /api/alert-channels/confirm", async ({ admin }) => {
    const address = `${unique("pager")}@example.org`;
    await made(admin, "POST /api/alert-channels", {}, { kind: "email", name: "Pager", address });
    return tokenIn(await mailTo(address, (mail) => mail.includes("/confirm-channel")));
  }),
  async acceptInvitation({ admin }, headers) {
    const token = await invited(admin, "POST /api/invitations", {}, "user");
    const username = unique("invited");
    const body = { token, username, email: `${username}@example.org`, password: "a good long password" };
    return by(open(), "POST /api/auth/invitations/accept", { body, headers });
  },
  async joinTeam({ owner }, headers) {
    const params = { team_id: await aTeam(owner) };
    const token = await invited(owner, "POST /api/teams/{team_id}/invitations", params, "viewer");
    return by((await aUser()).api, "POST /api/auth/invitations/join", { body: { token }, headers });
  },

  async confirmSecondFactor({ owner }, headers) {
    const { secret } = await made(owner, "POST /api/auth/second-factor", {}, { password: owner.password });
    const body = { otp: appCode(secret, Date.now()) };
    return by(owner.api, "POST /api/auth/second-factor/confirm", { body, headers });
  },
  replaceRecoveryCodes: withFactor("POST /api/auth/second-factor/recovery-codes"),
  removeSecondFactor: withFactor("POST /api/auth/second-factor/remove"),
  async createRecoveryCodes({ owner }, headers) {
    await made(owner, "POST /api/auth/step-up", {}, await withApp(owner));
    return by(owner.api, "POST /api/auth/recovery-codes", { headers });
  },
  async resetSecondFactor({ owner, admin }, headers) {
    await withApp(owner);
    return by(admin.api, "DELETE /api/users/{user_id}/second-factor", {
      params: { user_id: String(owner.id) },
      headers,
    });
  },

  acknowledgeAlert: onAlert("POST /api/alerts/{alert_id}/acknowledge"),
  resolveAlert: onAlert("POST /api/alerts/{alert_id}/resolve"),
  snoozeAlert: onAlert("POST /api/alerts/{alert_id}/snooze", { minutes: 60 }),

  downloadBackup: onBackup("GET /api/backups/{filename}/download"),
  verifyBackup: onBackup("POST /api/backups/{filename}/verify"),
  deleteBackup: onBackup("DELETE /api/backups/{filename}"),
  async uploadBackup(call, headers) {
    const params = { filename: await aBackup(call) };
    const path = `/api/backups/${params.filename}/download`;
    const file = await fetch(`${theServer().url}${path}`, { headers: call.admin.api.headers });
    return upTo("/api/backups/upload", call.admin, await file.blob(), headers);
  },

  uploadAttachment: async ({ owner }, headers) => {
    const { ticket_id } = await made(owner, "POST /api/tickets", {}, QUESTION);
    const file = new Blob(["a text"], { type: "text/plain" });
    return upTo(`/api/tickets/${ticket_id}/attachments`, owner, file, headers);
  },
  async deleteAttachment({ owner }, headers) {
    const ticket = await made(owner, "POST /api/tickets", {}, QUESTION);
    const { id: attachment_id } = await uploaded(owner, TEXT, ticket);
    const params = { ticket_id: ticket.ticket_id, attachment_id };
    return by(owner.api, "DELETE /api/tickets/{ticket_id}/attachments/{attachment_id}", { params, headers });
  },

  async keepInstance({ owner }, headers) {
    const bot = await aBot(owner);
    const params = { bot_id: bot.id };
    for (const instance of ["first", "second"])
      await by(bot.api, "GET /api/bot/{bot_id}/commands", { params, headers: { "x-bot-instance": instance } });
    const line = "POST /api/bot/{bot_id}/instances/{instance}/keep";
    return by(owner.api, line, { params: { ...params, instance: "first" }, headers });
  },
  async adoptBot({ owner }, headers) {
    const { json } = await by(open(), "POST /api/bots/register", { body: { bot_id: unique("wild-"), name: "Wild" } });
    return by(owner.api, "POST /api/join-requests/adopt", { body: { claim_code: json.claim_code }, headers });
  },
  async refuseBot({ admin }, headers) {
    const { id } = await anUnclaimedBot();
    return by(admin.api, "DELETE /api/join-requests/{bot_id}", { params: { bot_id: id }, headers });
  },

  loadCog: onCog("load", "unload"),
  unloadCog: onCog("unload", "load"),
  reloadCog: onCog("reload", "load"),
  async undoConfigChange({ admin }, headers) {
    const changed = await made(admin, "PUT /api/config/general", {}, { bot_name: unique("bot") });
    const body = { version: changed.version };
    return by(admin.api, "POST /api/config/{section}/undo", { params: { section: "general" }, body, headers });
  },

  async trackPlayer({ owner }, headers) {
    const body = { platform: "steam", username: "PlayerName" };
    return by(owner.api, "POST /api/rocket-league/tracked", { body, headers });
  },
  async untrackPlayer({ owner }, headers) {
    const body = { platform: "steam", username: "PlayerName" };
    const { player } = await made(owner, "POST /api/rocket-league/tracked", {}, body);
    const params = { player_id: player.id };
    return by(owner.api, "DELETE /api/rocket-league/tracked/{player_id}", { params, headers });
  },

  async deleteNotification({ owner, admin }, headers) {
    await made(admin, "POST /api/admin/broadcast", {}, { title: "News", message: "m", priority: "low" });
    const [notification] = await eventually(
      async () => (await by(owner.api, "GET /api/notifications")).json.notifications as Json[],
      ({ length }) => length > 0,
    );
    const params = { notification_id: notification.id };
    return by(owner.api, "DELETE /api/notifications/{notification_id}", { params, headers });
  },
  async deletePushDevice({ owner }, headers) {
    const body = { fcm_token: unique("token"), platform: "android" };
    await made(owner, "POST /api/notifications/register-token", {}, body);
    const { devices } = (await by(owner.api, "GET /api/notifications/devices")).json;
    const params = { device_id: devices[0].device_id };
    return by(owner.api, "DELETE /api/notifications/devices/{device_id}", { params, headers });
  },

  async endMaintenanceWindow({ owner, target }, headers) {
    const ends_at = new Date(Date.now() + 3_600_000).toISOString();
    const body = { name: "Now", bots: [target.bot.id], ends_at };
    const { window } = await made(owner, "POST /api/maintenance-windows", {}, body);
    const params = { window_id: window.window_id };
    return by(owner.api, "POST /api/maintenance-windows/{window_id}/end", { params, headers });
  },
  async endActiveSession({ owner, admin }, headers) {
    const person = await signIn(owner.username, owner.password);
    await by(person.api, "GET /api/auth/me");
    const { sessions } = (await by(admin.api, "GET /api/active-sessions")).json;
    const { session_id } = sessions.find(({ username }: Json) => username === owner.username);
    return by(admin.api, "DELETE /api/active-sessions/{session_id}", { params: { session_id }, headers });
  },
};
