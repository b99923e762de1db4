/** Document 003 "Environment Variables": its block starts the server, and its samples run there as they are written. */
import { afterEach, describe, expect, it } from "vitest";
import { Api } from "../api";
import { eventually } from "../eventually";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { aRedis } from "../redis";
import { BOT_TOKEN, CLIENT, Discord, GUILD } from "../standins/discord";

/** The document's block, but for the published SECRET_KEY, which is refused, and for the ports of this machine. */
const BLOCK = `
API_ADMIN_USER=admin
API_ADMIN_PASS=your-secure-password
API_EXTRA_USERS=user1:pass1,user2:pass2
DISCORD_TOKEN=your-bot-token
DISCORD_CLIENT_ID=your-client-id
DISCORD_CLIENT_SECRET=your-client-secret
DISCORD_REDIRECT_URI=https://your-domain.com/api/discord/callback
ADMIN_ROLE_ID=123456789
MODERATOR_ROLE_ID=987654321
LOOTLING_ROLE_ID=111222333
FCM_SERVER_KEY=your-fcm-server-key
ROCKET_LEAGUE_API_KEY=your-rl-api-key
CORS_ORIGINS=https://your-domain.com,http://localhost:3000
`;
const block = Object.fromEntries(
  BLOCK.trim()
    .split("\n")
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
);
const SECRET_KEY = "a-secret-key-of-the-tests-0123456789";

/** No test asks Discord itself. */
const NOWHERE = "http://127.0.0.1:9/api";

const running: ServerProcess[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  for (const folder of folders.splice(0)) removeFolder(folder);
});
async function start(env: Record<string, string> = {}): Promise<ServerProcess> {
  const DATA_DIR = temporaryFolder();
  folders.push(DATA_DIR);
  const server = await startServer({ DATA_DIR, API_TOKEN: "", DISCORD_API_URL: NOWHERE, ...block, SECRET_KEY, ...env });
  running.push(server);
  return server;
}
const json = { "content-type": "application/json" };
const login = (base: string, username: string, password: string) =>
  fetch(`${base}/api/auth/login`, { method: "POST", headers: json, body: JSON.stringify({ username, password }) });

describe("the document's environment", () => {
  it("starts the server without Redis, and says what it lacks", async () => {
    const server = await start();
    expect((await login(server.url, "admin", "your-secure-password")).status).toBe(200);
    expect(server.log()).toContain("DISCORD_GUILD_ID");
    expect(server.log()).toContain("FCM_SERVICE_ACCOUNT");
  });

  it("starts the server with Redis at REDIS_HOST and REDIS_PORT", async () => {
    const redis = await aRedis();
    try {
      await redis.start();
      const { hostname: REDIS_HOST, port: REDIS_PORT } = new URL(redis.url);
      const server = await start({ REDIS_HOST, REDIS_PORT });
      expect((await login(server.url, "user1", "pass1")).status).toBe(200);
      expect(server.log()).not.toContain("stay within this process");
      await running.pop()!.stop();
    } finally {
      await redis.close();
    }
  });

  it("signs its extra users in, and the console asks them for a new password first", async () => {
    const { url, log } = await start();
    expect(log()).toContain('the password of user \\"user1\\"');
    expect(log()).not.toContain("pass1");
    const signIn = async (name: string, password: string) =>
      new Api(url).bearer((await (await login(url, name, password)).json()).token);
    const admin = await signIn("admin", "your-secure-password");
    const console = async (api: Api) => (await api.send("GET /api/console")).json.user;
    const user = await signIn("user1", "pass1");
    expect(await console(user)).toMatchObject({ role: "user", needs_new_password: true, weak_passwords: 0 });
    expect(await console(admin)).toMatchObject({ needs_new_password: false, weak_passwords: 2 });
    expect((await user.send("GET /api/tickets/my")).status).toBe(200);

    const change = { old_password: "pass1", new_password: "a good long password" };
    expect((await user.send("POST /api/auth/change-password", { body: change })).status).toBe(200);
    expect((await login(url, "user1", "pass1")).status).toBe(401);
    const again = await signIn("user1", change.new_password);
    expect(await console(again)).toMatchObject({ needs_new_password: false });
    expect(await console(admin)).toMatchObject({ weak_passwords: 1 });
  });
});

describe("without DISCORD_GUILD_ID", () => {
  const ROLES = [block.ADMIN_ROLE_ID!, block.MODERATOR_ROLE_ID!, block.LOOTLING_ROLE_ID!];
  const settings = { DISCORD_CLIENT_ID: CLIENT.id, DISCORD_CLIENT_SECRET: CLIENT.secret, DISCORD_TOKEN: BOT_TOKEN };

  it.each([
    ["finds the guild that has the roles", ROLES, 200, `set DISCORD_GUILD_ID=${GUILD}`],
    ["asks for the setting where no guild has them all", ROLES.slice(1), 503, "No server of the Discord bot has"],
  ])("%s", async (_title, roles, status, line) => {
    const discord = await Discord.start(block.DISCORD_REDIRECT_URI!);
    try {
      discord.roles.push(...roles.map((id) => ({ id, name: "a role", color: 0, position: 3 })));
      const server = await start({ ...settings, DISCORD_API_URL: discord.url });
      await eventually(server.log, (text) => text.includes(line));
      expect((await fetch(`${server.url}/api/discord/auth`)).status).toBe(status);
      const admin = new Api(server.url).bearer(
        (await (await login(server.url, "admin", "your-secure-password")).json()).token,
      );
      const { json } = await admin.send("GET /api/config");
      expect(json.discord_ids.guild_id).toBe(status === 200 ? GUILD : null);
      await running.pop()!.stop();
    } finally {
      await discord.close();
    }
  });
});

it("answers the document's Flutter sample: sign-in, and the tickets", async () => {
  const { url } = await start();
  const headers = { "user-agent": "Dart/3.5 (dart:io)" };
  const login = await fetch(`${url}/api/auth/login`, {
    ...{ method: "POST", headers: { ...headers, "content-type": "application/json; charset=utf-8" } },
    body: JSON.stringify({ username: "admin", password: "your-secure-password" }),
  });
  const { token } = await login.json();
  expect([login.status, typeof token]).toEqual([200, "string"]);
  const tickets = await fetch(`${url}/api/tickets`, { headers: { ...headers, authorization: `Bearer ${token}` } });
  expect([tickets.status, await tickets.json()]).toMatchObject([200, { tickets: [] }]);
});
