/** The community of document 003's app: its switch, the rights of authors, members and staff, and the bounds. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Api, errorOf, type Json } from "../api";
import { aUser } from "../factories";
import { API_TOKEN } from "../process";
import { AVATAR } from "../standins/discord";
import { APP_CALLS, type AppRole } from "./003.app.calls";
import { type AppWorld, DISCORD_IDS, openAppWorld } from "./003.app.world";

let world: AppWorld;
let server: Api;
beforeAll(async () => {
  world = await openAppWorld();
  server = new Api(world.server.url).bearer(API_TOKEN);
  const channels = { meme_channel_id: "62222", rl_channel_id: "63333", gaming_channel_id: "64444" };
  await server.send("PUT /api/config/channels", { body: channels });
});
afterAll(() => world?.close());

const switchTo = (social: boolean) => server.send("PUT /api/config/features", { body: { social } });
const post = async (role: AppRole, more: object = {}): Promise<Json> =>
  (await world.as(role).send("POST /api/posts", { body: { content: `By ${role}`, is_announcement: false, ...more } }))
    .json;
const png = AVATAR.toString("base64");

/** The calls of the community, as the app makes them. */
const COMMUNITY =
  /^\/api\/(posts|community_posts|meme-sources|meme-generator|test|hazehub|levels|memes|proxy|debug|rocket-league\/accounts|user\/rocket-league)\b/;
const calls = APP_CALLS.filter(({ line }) => COMMUNITY.test(line.split(" ")[1]!));

describe("while features.social is off", () => {
  beforeAll(() => switchTo(false));
  afterAll(() => switchTo(true));

  it("knows the calls of the community", () => expect(calls.length).toBe(30));

  it.each(calls)("answers 404 that names the switch: $name", async ({ line, body }) => {
    for (const api of [world.as("admin"), world.plain("admin")]) {
      const { status, json } = await api.send(line, { body });
      expect([status, errorOf(json).code]).toEqual([404, "NOT_FOUND"]);
      expect(json.error).toContain("features.social");
    }
    expect((await new Api(world.server.url).send(line, { body })).status).toBe(401);
  });

  it("answers a player's statistics as the document does, also to the app", async () => {
    const { json } = await world.as("user").send("GET /api/rocket-league/stats/steam/PlayerName");
    expect(json).toMatchObject({ platform: "steam", ranks: { "1v1": { tier: "Diamond I" } } });
  });

  it("leaves document 002's list of features as it is", async () => {
    const { json } = await server.send("GET /api/config");
    expect(Object.keys(json.features).sort()).toEqual(["advancedDashboard", "graphqlApi", "pluginSystem"]);
  });

  it("counts no experience", async () => {
    await world.as("user").send("POST /api/gaming/request", {
      body: { target_user_id: DISCORD_IDS.admin, game_name: "Chess", message: "" },
    });
    await switchTo(true);
    const { json } = await world.as("user").send("GET /api/levels/leaderboard");
    await switchTo(false);
    expect(json.leaderboard).toEqual([]);
  });
});

it("is refused to people who neither are staff nor came by Discord", async () => {
  const stranger = await aUser("user", world.server.url);
  for (const { line, body } of calls) {
    const { status } = await stranger.api.send(line, { body });
    expect([line, status]).toEqual([line, 403]);
  }
});

describe("posts", () => {
  it("are changed by their authors alone, and deleted by authors and staff", async () => {
    const { post_id } = await post("user");
    const change = (role: AppRole) =>
      world.as(role).send(`PUT /api/posts/${post_id}`, { body: { content: `Edited by ${role}` } });
    expect([(await change("moderator")).status, (await change("admin")).status]).toEqual([403, 403]);
    const { json } = await change("user");
    expect(json.post).toMatchObject({ content: "Edited by user", can_edit: true, edited_at: expect.any(String) });
    const byModerator = await post("moderator");
    expect((await world.as("user").send(`DELETE /api/posts/${byModerator.post_id}`)).status).toBe(403);
    expect((await world.as("moderator").send(`DELETE /api/posts/${post_id}`)).status).toBe(200);
    expect((await world.as("moderator").send(`DELETE /api/posts/${post_id}`)).status).toBe(404);
    expect((await world.as("moderator").send(`DELETE /api/posts/${byModerator.post_id}`)).status).toBe(200);
  });

  it("are listed newest first, by number and by cursor, and announcements are for staff", async () => {
    const announce = { content: "Party", is_announcement: true };
    expect((await world.as("user").send("POST /api/posts", { body: announce })).status).toBe(403);
    const ids = [
      (await post("user")).post_id,
      (await post("moderator", announce)).post_id,
      (await post("user")).post_id,
    ];
    const page = async (query: Record<string, string>) =>
      (await world.as("user").send("GET /api/posts", { query })).json;
    const first = await page({ limit: "2", offset: "0" });
    const shown = ({ posts }: Json) => posts.map(({ id }: Json) => id);
    expect(shown(first)).toEqual([ids[2], ids[1]]);
    expect(first.posts[1]).toMatchObject({
      ...{ author_id: DISCORD_IDS.moderator, is_announcement: true, can_edit: false, can_delete: false },
    });
    expect(shown(await page({ limit: "1", offset: "2" }))).toEqual([ids[0]]);
    expect(shown(await page({ limit: "1", cursor: first.next_cursor }))).toEqual([ids[0]]);
    expect(shown(await page({ limit: "5", offset: "5000" }))).toEqual([]);
    expect(first.total).toBeGreaterThanOrEqual(3);
    for (const id of ids) await world.as("admin").send(`DELETE /api/posts/${id}`);
  });

  it("are liked once by each person, also when two likes arrive together", async () => {
    const { post_id } = await post("admin");
    const like = (role: AppRole) => world.as(role).send(`POST /api/community_posts/${post_id}/like`);
    expect((await like("user")).json).toEqual({ success: true, has_liked: true, like_count: 1 });
    expect((await like("moderator")).json).toMatchObject({ has_liked: true, like_count: 2 });
    const { json } = await world.as("user").send(`GET /api/community_posts/${post_id}/likes`);
    expect(json.likes.map(({ user_id }: Json) => user_id).sort()).toEqual([DISCORD_IDS.moderator, DISCORD_IDS.user]);
    expect((await like("user")).json).toMatchObject({ has_liked: false, like_count: 1 });
    const both = await Promise.all([like("admin"), like("admin"), like("admin")]);
    for (const { status, json } of both) expect([status, json.like_count <= 2]).toEqual([200, true]);
  });

  it("carry a picture, and nothing else that is called one", async () => {
    const { post_id, post: made } = await post("user", { image_data: `data:image/png;base64,${png}` });
    expect(made.image_url).toBe(`/api/community_posts/images/${post_id}`);
    const { status, headers } = await world.as("moderator").send(`GET /api/community_posts/images/${post_id}`);
    expect([status, headers.get("content-type")]).toEqual([200, "image/png"]);
    const page = Buffer.from("<html><script>alert(1)</script></html>").toString("base64");
    for (const image_data of [page, "", Buffer.alloc(1_048_577).toString("base64")]) {
      const answer = await world.as("user").send("POST /api/posts", { body: { content: "x", image_data } });
      expect([answer.status, answer.json.details.field]).toEqual([400, "image_data"]);
    }
    const { post_id: plain } = await post("user");
    expect((await world.as("user").send(`GET /api/community_posts/images/${plain}`)).status).toBe(404);
  });

  it("leave a record of their author and text in the audit log", async () => {
    const { post_id } = await post("user");
    const { json } = await server.send("GET /api/audit", { query: { target_id: String(post_id) } });
    expect(json.entries[0]).toMatchObject({ action: "createPost", target: { type: "post", id: String(post_id) } });
  });
});

describe("experience", () => {
  it("is earned by activities after their cooldown, and raises levels", async () => {
    const xp = {
      activity_xp: { message_sent: 60, meme_post: 7 },
      level_calculation: { base_xp_per_level: 100, xp_multiplier: 2 },
      cooldowns: { message_cooldown: 0, meme_fetch_cooldown: 86_400 },
    };
    await server.send("PUT /api/config/xp", { body: xp });
    const standing = async () =>
      (await world.as("moderator").send("GET /api/user/profile")).json.profile.xp as {
        total_xp: number;
        level: number;
      };
    const before = await standing();
    await post("moderator");
    await post("moderator");
    const after = await standing();
    expect(after).toMatchObject({ total_xp: before.total_xp + 120 });
    expect(after.level).toBeGreaterThan(before.level);
    const { json } = await world.as("user").send("GET /api/hazehub/latest-levelups", { query: { limit: "1" } });
    expect(json.levelups).toMatchObject([{ user_id: DISCORD_IDS.moderator, new_level: after.level }]);
    const board = (await world.as("user").send("GET /api/levels/leaderboard")).json.leaderboard as Json[];
    expect(board.map(({ total_xp }) => total_xp)).toEqual(board.map(({ total_xp }) => total_xp).sort((a, b) => b - a));
    // A second meme within a day earns nothing.
    const meme = { title: "x", url: "https://i.redd.it/one.jpeg" };
    for (let n = 0; n < 2; n++) await world.as("moderator").send("POST /api/test/send-meme", { body: { meme } });
    expect((await standing()).total_xp).toBe(after.total_xp + 7);
  });
});

describe("Rocket League accounts", () => {
  it("are linked, posted, shown to staff, promoted and unlinked", async () => {
    const user = world.as("user");
    const link = (username: string) =>
      user.send("POST /api/user/rocket-league/link", { body: { platform: "steam", username } });
    expect((await user.send("POST /api/user/rocket-league/post-stats", { body: {} })).status).toBe(409);
    expect((await link("nobody")).status).toBe(404);
    expect((await link("PlayerName")).status).toBe(200);
    expect((await link("PLAYERNAME")).status).toBe(200);
    expect((await user.send("GET /api/user/rocket-league/account")).json).toMatchObject({
      ...{ linked: true, platform: "steam", username: "PlayerName", ranks: { "1v1": "Diamond I Div 3" } },
    });
    await user.send("POST /api/user/rocket-league/post-stats", { body: {} });
    expect(world.discord.posts.at(-1)).toMatchObject({
      channel: "63333",
      content: expect.stringContaining("Diamond I"),
    });
    const list = await world.as("moderator").send("GET /api/rocket-league/accounts");
    expect(list.json).toMatchObject([{ user_id: DISCORD_IDS.user, rl_username: "PlayerName" }]);

    const player = world.feeds.players.get("playername")!;
    player[10] = { tier: [14, "Diamond II"], division: 0, mmr: 1000 };
    await world.as("admin").send("POST /api/rocket-league/check-ranks");
    const ups = await world.as("moderator").send("GET /api/hazehub/latest-rankups");
    expect(ups.json.rankups).toMatchObject([
      { user_id: DISCORD_IDS.user, mode: "1v1", old_rank: "Diamond I Div 3", new_rank: "Diamond II Div 1" },
    ]);
    const profile = await world.as("moderator").send(`GET /api/users/${DISCORD_IDS.user}/profile`);
    expect(profile.json.profile.rl_rank).toMatch(/^Champion II/);

    const remove = (id: string) => world.as("moderator").send(`DELETE /api/rocket-league/accounts/${id}`);
    expect((await user.send(`DELETE /api/rocket-league/accounts/${DISCORD_IDS.user}`)).status).toBe(403);
    expect((await remove(DISCORD_IDS.admin)).status).toBe(404);
    expect((await remove(DISCORD_IDS.user)).status).toBe(200);
    expect((await user.send("GET /api/user/rocket-league/account")).json.linked).toBe(false);
    expect((await user.send("DELETE /api/user/rocket-league/unlink")).status).toBe(404);
  });
});
