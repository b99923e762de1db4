/** A server for the app of document 003, with a stand-in for Discord, and one person of each role who came by it. */
import { Api } from "../api";
import { API_TOKEN, removeFolder, startServer, temporaryFolder } from "../process";
import { CORS_ORIGIN } from "../server";
import { BOT_TOKEN, CLIENT, Discord, GUILD } from "../standins/discord";
import { type FeedsStandin, feedsStandin, IMGFLIP, TRACKER_KEY } from "../standins/feeds";
import type { AppRole } from "./003.app.calls";

/** The headers of every request of the app, but for Authorization. */
export const APP_HEADERS = {
  "content-type": "application/json",
  "user-agent": "Testventory/1.0 (Android; Flutter)",
  "x-app-version": "2025.12.17+19",
  "x-platform": "Android",
  "x-device-info": "Google Pixel 8",
  "x-session-id": "1764403200000_400000",
};

export const CALLBACK = "http://bots.example.org/api/discord/callback";
const GUILD_ROLES = { admin: "1111", moderator: "2222", user: "3333" };
/** The Discord ids that the calls name. */
export const DISCORD_IDS: Record<AppRole, string> = {
  admin: "111111111111111111",
  moderator: "222222222222222222",
  user: "333333333333333333",
};

export type AppWorld = Awaited<ReturnType<typeof openAppWorld>>;

export async function openAppWorld(env: Record<string, string> = {}) {
  const folder = temporaryFolder();
  const feeds: FeedsStandin = await feedsStandin();
  const discord = await Discord.start(CALLBACK);
  const server = await startServer({
    DATA_DIR: folder,
    DISCORD_API_URL: discord.url,
    DISCORD_CDN_URL: discord.url,
    DISCORD_CLIENT_ID: CLIENT.id,
    DISCORD_CLIENT_SECRET: CLIENT.secret,
    DISCORD_REDIRECT_URI: CALLBACK,
    DISCORD_GUILD_ID: GUILD,
    DISCORD_TOKEN: BOT_TOKEN,
    ADMIN_ROLE_ID: GUILD_ROLES.admin,
    MODERATOR_ROLE_ID: GUILD_ROLES.moderator,
    LOOTLING_ROLE_ID: GUILD_ROLES.user,
    CORS_ORIGINS: CORS_ORIGIN,
    OAUTH_REDIRECT_ANDROID: "hazebot://oauth",
    ROCKET_LEAGUE_API_URL: feeds.url,
    ROCKET_LEAGUE_API_KEY: TRACKER_KEY,
    REDDIT_API_URL: feeds.url,
    LEMMY_API_URL: feeds.url,
    MEME_TEMPLATES_API_URL: feeds.url,
    IMGFLIP_USERNAME: IMGFLIP.username,
    IMGFLIP_PASSWORD: IMGFLIP.password,
    ...env,
  });
  // The app's moderators change settings, which an admin has to allow.
  const admin = new Api(server.url).bearer(API_TOKEN);
  await admin.send("PUT /api/config/security", { body: { moderators_may_configure: true } });
  // The community of the app is off by default.
  await admin.send("PUT /api/config/features", { body: { social: true } });

  /** Signs a new member of the guild in. */
  async function arrive(role: AppRole): Promise<string> {
    const [id, username] = [DISCORD_IDS[role], `${role}_at_discord`];
    discord.add({ id, username, email: `${username}@example.org`, verified: true, roles: [GUILD_ROLES[role]] });
    const { json } = await new Api(server.url).send("GET /api/discord/auth", { query: { platform: "android" } });
    const back = await discord.decide(json.auth_url, id);
    const { headers, text } = await new Api(server.url).send("GET /api/discord/callback", {
      query: Object.fromEntries(back.searchParams),
    });
    const token = new URL(headers.get("location") ?? "about:blank").searchParams.get("token");
    if (!token) throw new Error(`The ${role} was not signed in: ${text}`);
    return token;
  }
  const tokens = { admin: await arrive("admin"), moderator: await arrive("moderator"), user: await arrive("user") };

  async function close() {
    await server.stop();
    await Promise.all([feeds.close(), discord.close()]);
    removeFolder(folder);
  }
  /** Everybody else's requests, and the app's. */
  const plain = (role: AppRole) => new Api(server.url).bearer(tokens[role]);
  const as = (role: AppRole) => new Api(server.url, { ...APP_HEADERS, authorization: `Bearer ${tokens[role]}` });
  return { server, discord, feeds, tokens, plain, as, close };
}
