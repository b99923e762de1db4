/** Operations that succeed with another service alone: each is performed with a stand-in, or a real provider, for it. */
import { createHash } from "node:crypto";
import type { Answer, Json } from "../api";
import { Api } from "../api";
import { appCode } from "../authenticator";
import { eventually } from "../eventually";
import { aBot, aUser, type TestUser, theAdmin, unique } from "../factories";
import { aPasskey } from "../passkey";
import { runScript } from "../process";
import { DISCORD_IDS } from "./003.app.world";
import { made } from "./audit.done";
import { SECRET_KEY, type ServicesWorld } from "./audit.services.world";

type Headers = { "x-request-id": string };
type Perform = (world: ServicesWorld, headers: Headers) => Promise<{ status: number }>;

const HTML = { accept: "text/html,application/xhtml+xml" };
const OIDC = { provider: "oidc" };
const STEP_MS = 30_000;

const someone = ({ server }: ServicesWorld): Promise<TestUser> => aUser("user", server.url);
const open = ({ server }: ServicesWorld) => new Api(server.url);
const cookieOf = (answer: Answer, name: string): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => new RegExp(`^${name}=([^;]+)`).exec(cookie)?.[1])
    .find(Boolean) ?? "";

function aCitizen({ issuer }: ServicesWorld, more: object = {}) {
  const name = unique("citizen").replace(/\W/g, "");
  return issuer.add({
    ...{ sub: `sub-${name}`, preferred_username: name, name: "Ada L.", email: `${name}@example.org` },
    ...{ email_verified: true, ...more },
  });
}

/** Signs a person in at the issuer, and returns the callback that the browser is sent to. */
async function sentBack(world: ServicesWorld, sub: string, query: Record<string, string> = { next: "/dashboard" }) {
  const begun = await open(world).send("GET /api/auth/sso/{provider}", { params: OIDC, query });
  const back = await world.issuer.decide(begun.json.auth_url, sub);
  const cookie = `muster_browser=${cookieOf(begun, "muster_browser")}`;
  return { params: OIDC, query: Object.fromEntries(back.searchParams), headers: { ...HTML, cookie } };
}
const FINISH = "GET /api/auth/sso/{provider}/callback";
const LINK = "POST /api/auth/sso/{provider}/link";

async function linkOf(world: ServicesWorld, user: TestUser, sub: string): Promise<void> {
  const begun = await user.api.send(LINK, { params: OIDC, body: { password: user.password } });
  const back = await world.issuer.decide(begun.json.auth_url, sub);
  const cookie = `muster_browser=${cookieOf(begun, "muster_browser")}; session_token=${user.cookie}`;
  const query = Object.fromEntries(back.searchParams);
  await open(world).send(FINISH, { params: OIDC, query, headers: { ...HTML, cookie } });
}

async function withApp(user: TestUser): Promise<string> {
  const { secret } = await made(user, "POST /api/auth/second-factor", {}, { password: user.password });
  await made(user, "POST /api/auth/second-factor/confirm", {}, { otp: appCode(secret, Date.now()) });
  return secret;
}

/** A passkey of a new account. */
async function withPasskey(world: ServicesWorld) {
  const user = await someone(world);
  const passkey = aPasskey(world.publicUrl);
  const challenge = await made(user, "POST /api/auth/passkeys/registration", {}, undefined);
  const { passkey: added } = await made(user, "POST /api/auth/passkeys", {}, passkey.create(challenge));
  return { user, passkey, params: { passkey_id: added.id as string } };
}

async function discordLinked(world: ServicesWorld): Promise<TestUser> {
  const user = await someone(world);
  const begun = await user.api.send("POST /api/auth/discord");
  const id = unique("").replace(/\D/g, "7").padStart(18, "9").slice(0, 18);
  world.discord.add({ id, username: user.username, email: user.email, verified: true, roles: [] });
  const back = await world.discord.decide(begun.json.auth_url, id);
  const cookie = `muster_browser=${cookieOf(begun, "muster_browser")}; session_token=${user.cookie}`;
  const query = Object.fromEntries(back.searchParams);
  await open(world).send("GET /api/discord/callback", { query, headers: { ...HTML, cookie } });
  return user;
}

/** Calls as the person of that role who came by Discord. */
const asRole =
  (role: "user" | "moderator" | "admin", line: string, body?: Json): Perform =>
  async (world, headers) =>
    world.plain(role).send(line, { body, headers });
const LINE_OF_RANKS = "POST /api/user/rocket-league/link";
const PLAYER = { platform: "steam", username: "PlayerName" };
const withRanks =
  (line: string, params: Record<string, string> = {}): Perform =>
  async (world, headers) => {
    await world.plain("user").send(LINE_OF_RANKS, { body: PLAYER });
    const isStaff = line.includes("{discord_id}");
    return world.plain(isStaff ? "moderator" : "user").send(line, { params, headers });
  };
const aPost = async (world: ServicesWorld): Promise<Record<string, string>> => {
  const { json } = await world.plain("user").send("POST /api/posts", { body: { content: unique("Hello ") } });
  return { post_id: String(json.post_id) };
};
const onPost =
  (line: string, body?: Json): Perform =>
  async (world, headers) =>
    world.plain("user").send(line, { params: await aPost(world), body, headers });

/** Acts on a transfer whose file is held back, after bringing it into the state that the act needs. */
const onTask =
  (line: string, first: string[] = [], body?: Json): Perform =>
  async (world, headers) => {
    const user = await someone(world);
    const url = `${world.files.url}/f/${unique("film")}?size=2000000&hold=1000000`;
    const { taskId } = await made(user, "POST /api/download", {}, { url });
    const params = { task_id: taskId };
    const status = async () => (await user.api.send("GET /api/tasks/{task_id}", { params })).json.status as string;
    await eventually(status, (now) => now === "active");
    for (const step of first) await user.api.send(step, { params });
    return user.api.send(line, { params, body, headers });
  };
const PAUSE = "POST /api/tasks/{task_id}/pause";
const CANCEL = "DELETE /api/tasks/{task_id}";

/** The newest delivery of a list, once it has the status. */
async function delivery(user: TestUser, line: string, params: Record<string, string>, status: string): Promise<string> {
  const all = await eventually(
    async () => (await user.api.send(line, { params })).json.deliveries as Json[],
    (deliveries) => deliveries.some((one) => one.status === status),
  );
  return all.find((one) => one.status === status).delivery_id;
}

/** A phone that gets push messages. */
async function aPhone(world: ServicesWorld) {
  const user = await someone(world);
  const fcm_token = world.google.token();
  await made(user, "POST /api/notifications/register-token", {}, { fcm_token, platform: "android" });
  const { devices } = (await user.api.send("GET /api/notifications/devices")).json;
  return { user, fcm_token, params: { device_id: devices[0].device_id as string } };
}

export const BY_SERVICES: Record<string, Perform> = {
  async signInByLink(world, headers) {
    const { username } = await someone(world);
    const env = { SECRET_KEY, PUBLIC_URL: world.publicUrl };
    const { stdout } = runScript(world.folder, "dist/login-link.mjs", [username], env);
    const token = decodeURIComponent(/#token=(\S+)/.exec(stdout)![1]!);
    return open(world).send("POST /api/auth/login-link", { body: { token }, headers });
  },

  async addPasskey(world, headers) {
    const user = await someone(world);
    const challenge = await made(user, "POST /api/auth/passkeys/registration", {}, undefined);
    const body = aPasskey(world.publicUrl).create(challenge);
    return user.api.send("POST /api/auth/passkeys", { body, headers });
  },
  async renamePasskey(world, headers) {
    const { user, params } = await withPasskey(world);
    return user.api.send("PATCH /api/auth/passkeys/{passkey_id}", { params, body: { name: "Phone" }, headers });
  },
  async removePasskey(world, headers) {
    const { user, params } = await withPasskey(world);
    return user.api.send("DELETE /api/auth/passkeys/{passkey_id}", { params, headers });
  },
  async startStepUp(world, headers) {
    const { user } = await withPasskey(world);
    return user.api.send("POST /api/auth/step-up/challenge", { headers });
  },
  async signInWithPasskey(world, headers) {
    const { passkey } = await withPasskey(world);
    const begun = await open(world).send("POST /api/auth/passkeys/challenge");
    const cookie = `muster_browser=${cookieOf(begun, "muster_browser")}`;
    const body = passkey.get(begun.json);
    return open(world).send("POST /api/auth/passkeys/sign-in", { body, headers: { ...headers, cookie } });
  },

  async startSsoLink(world, headers) {
    const user = await someone(world);
    return user.api.send(LINK, { params: OIDC, body: { password: user.password }, headers });
  },
  async finishSsoSignIn(world, headers) {
    const back = await sentBack(world, aCitizen(world).sub);
    return open(world).send(FINISH, { ...back, headers: { ...back.headers, ...headers } });
  },
  async joinAccount(world, headers) {
    const user = await someone(world);
    const { sub } = aCitizen(world, { email: user.email });
    const answer = await open(world).send(FINISH, await sentBack(world, sub));
    const cookie = `muster_join=${cookieOf(answer, "muster_join")}`;
    const body = { password: user.password };
    return open(world).send("POST /api/auth/sso/join", { body, headers: { ...headers, cookie } });
  },
  async removeSsoLink(world, headers) {
    const user = await someone(world);
    await linkOf(world, user, aCitizen(world).sub);
    const { links } = (await user.api.send("GET /api/auth/sso")).json;
    return user.api.send("DELETE /api/auth/sso/links/{link_id}", { params: { link_id: links[0].id }, headers });
  },
  async finishSignIn(world, headers) {
    const [user, { sub }] = [await someone(world), aCitizen(world)];
    await linkOf(world, user, sub);
    const secret = await withApp(user);
    const answer = await open(world).send(FINISH, await sentBack(world, sub));
    const cookie = answer.headers
      .getSetCookie()
      .map((one) => one.split(";")[0])
      .join("; ");
    const body = { otp: appCode(secret, Date.now() + STEP_MS) };
    return open(world).send("POST /api/auth/second-factor/sign-in", { body, headers: { ...headers, cookie } });
  },
  async exchangeAppCode(world, headers) {
    const code_verifier = "v".repeat(43);
    const code_challenge = createHash("sha256").update(code_verifier).digest("base64url");
    const asked = { platform: "android", response: "code", code_challenge };
    const answer = await open(world).send(FINISH, await sentBack(world, aCitizen(world).sub, asked));
    const code = new URL(answer.headers.get("location")!).searchParams.get("code");
    return open(world).send("POST /api/auth/token", { body: { code, code_verifier }, headers });
  },
  async finishDiscordSignIn(world, headers) {
    const begun = await open(world).send("GET /api/discord/auth", { query: { platform: "android" } });
    const back = await world.discord.decide(begun.json.auth_url, DISCORD_IDS.user);
    return open(world).send("GET /api/discord/callback", { query: Object.fromEntries(back.searchParams), headers });
  },
  async removeDiscordLink(world, headers) {
    const user = await discordLinked(world);
    return user.api.send("DELETE /api/auth/discord", { headers });
  },

  putOptIns: asRole("user", "PUT /api/user/preferences", { meme_opt_in: true }),
  requestGame: asRole("user", "POST /api/gaming/request", {
    ...{ target_user_id: DISCORD_IDS.admin, game_name: "Chess", message: "" },
  }),
  sendMeme: asRole("moderator", "POST /api/test/send-meme", {
    meme: { title: "x", url: "https://i.redd.it/one.jpeg" },
  }),
  sendDailyMeme: asRole("moderator", "POST /api/test/daily-meme", {}),
  sendGeneratedMeme: asRole("user", "POST /api/meme-generator/post-to-discord", {
    ...{ meme_url: "https://i.imgflip.com/x.jpg", template_name: "x" },
  }),
  linkRocketLeagueAccount: asRole("user", LINE_OF_RANKS, PLAYER),
  postRocketLeagueStats: withRanks("POST /api/user/rocket-league/post-stats"),
  unlinkRocketLeagueAccount: withRanks("DELETE /api/user/rocket-league/unlink"),
  removeRocketLeagueAccount: withRanks("DELETE /api/rocket-league/accounts/{discord_id}", {
    discord_id: DISCORD_IDS.user,
  }),
  updatePost: onPost("PUT /api/posts/{post_id}", { content: "Edited" }),
  deletePost: onPost("DELETE /api/posts/{post_id}"),

  controlTask: onTask("POST /api/tasks/{task_id}/control", [], { action: "pause" }),
  pauseTask: onTask(PAUSE),
  resumeTask: onTask("POST /api/tasks/{task_id}/resume", [PAUSE]),
  retryTask: onTask("POST /api/tasks/{task_id}/retry", [CANCEL]),
  cancelTask: onTask(CANCEL),

  async testPushDevice(world, headers) {
    const { user, params } = await aPhone(world);
    return user.api.send("POST /api/notifications/devices/{device_id}/test", { params, headers });
  },
  async testPushToken(world, headers) {
    const { fcm_token } = await aPhone(world);
    const admin = await theAdmin(world.server.url);
    const body = { fcm_token, title: "Test", body: "Test notification" };
    return admin.api.send("POST /api/notifications/test", { body, headers });
  },

  async retryAlertDelivery(world, headers) {
    const admin = await theAdmin(world.server.url);
    const body = { kind: "webhook", name: "Strict", url: world.refusing, global: true };
    const { channel } = await made(admin, "POST /api/alert-channels", {}, body);
    await made(admin, "POST /api/alerts", {}, { level: "critical", message: unique("refused ") });
    const params = { channel_id: channel.channel_id };
    const line = "GET /api/alert-channels/{channel_id}/deliveries";
    const delivery_id = await delivery(admin, line, params, "failed");
    const retry = "POST /api/alert-channels/{channel_id}/deliveries/{delivery_id}/retry";
    return admin.api.send(retry, { params: { ...params, delivery_id }, headers });
  },
  async redeliverWebhook(world, headers) {
    const user = await someone(world);
    const body = { name: "Copy", url: world.accepting, kinds: ["command.completed"] };
    const { webhook } = await made(user, "POST /api/webhooks", {}, body);
    const bot = await aBot(user);
    const { command } = await made(user, "POST /api/commands", {}, { bot_id: bot.id, type: "ping" });
    const done = { status: "completed", result: {} };
    await bot.api.send("POST /api/commands/{command_id}/ack", { params: { command_id: command.id }, body: done });
    const params = { webhook_id: webhook.webhook_id };
    const delivery_id = await delivery(user, "GET /api/webhooks/{webhook_id}/deliveries", params, "sent");
    const line = "POST /api/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver";
    return user.api.send(line, { params: { ...params, delivery_id }, headers });
  },
};
