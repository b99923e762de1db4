/** Document 003 "Rocket League" and "Meme System", with stand-ins that answer and fail as the real services do. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  checkRanks,
  getRandomMeme,
  getRankStats,
  listMemeTemplates,
  listTrackedPlayers,
  trackPlayer,
  untrackPlayer,
} from "@/lib/community/feeds/contract";
import { eventually } from "../eventually";
import { aBot, aUser, type TestUser, theAdmin } from "../factories";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { type FeedsStandin, feedsStandin, TRACKER_KEY } from "../standins/feeds";

let folder: string;
let standin: FeedsStandin;
let server: ServerProcess;
let bare: ServerProcess;
let user: TestUser;
let admin: TestUser;
beforeAll(async () => {
  folder = temporaryFolder();
  standin = await feedsStandin();
  const urls = {
    ROCKET_LEAGUE_API_URL: standin.url,
    REDDIT_API_URL: standin.url,
    LEMMY_API_URL: standin.url,
    MEME_TEMPLATES_API_URL: standin.url,
    FEEDS_TIMEOUT_MS: "3000",
  };
  server = await startServer({ ...urls, DATA_DIR: join(folder, "a"), ROCKET_LEAGUE_API_KEY: TRACKER_KEY });
  bare = await startServer({ ...urls, DATA_DIR: join(folder, "b"), REDDIT_API_URL: "http://127.0.0.1:9" });
  user = await aUser("user", server.url);
  admin = await theAdmin(server.url);
});
afterAll(async () => {
  await server?.stop();
  await bare?.stop();
  await standin?.close();
  removeFolder(folder);
});

const STATS = "GET /api/rocket-league/stats/{platform}/{username}";
const of = (username: string, platform = "steam") => ({ params: { platform, username } });
const reddit = (subreddit: string) => ({ query: { source: "reddit", subreddit } });
const configure = (body: Record<string, unknown>) => admin.api.send("PUT /api/config/meme", { body });

describe("GET /api/rocket-league/stats/<platform>/<username>", () => {
  it("answers as documented, with cached set when it had the answer", async () => {
    const first = await user.api.call(getRankStats, of("PlayerName"));
    expect(first).toMatchObject({
      username: "PlayerName",
      platform: "steam",
      ranks: {
        "1v1": { tier: "Diamond I", division: 3, mmr: 950 },
        "2v2": { tier: "Champion II", division: 2, mmr: 1150 },
        "3v3": { tier: "Unranked", division: 0 },
      },
      cached: false,
    });
    const asked = standin.asked.length;
    expect(await user.api.call(getRankStats, of("PlayerName"))).toMatchObject({ cached: true, ranks: first.ranks });
    expect(standin.asked.length).toBe(asked);
  });

  it.each(["steam", "epic", "psn", "xbl"])("knows %s", async (platform) => {
    expect(await user.api.call(getRankStats, of("PlayerName", platform))).toMatchObject({ platform });
  });

  it("serves bots too", async () => {
    const owner = await aUser("user", server.url);
    const bot = await aBot(owner);
    expect(await bot.api.call(getRankStats, of("PlayerName"))).toMatchObject({ username: "PlayerName" });
  });

  it("returns 400 that names the platforms", async () => {
    const { error } = await user.api.refused(STATS, "INVALID_INPUT", of("PlayerName", "stadia"));
    expect(error).toMatch(/platform: must be one of steam, epic, psn, xbl/);
  });

  it.each([
    ["nobody", "NOT_FOUND", /No player nobody on steam/],
    ["broken", "BAD_GATEWAY", /failed \(500\)/],
    ["garbage", "BAD_GATEWAY", /not JSON/],
    ["strange", "BAD_GATEWAY", /form we do not know/],
    ["huge", "BAD_GATEWAY", /too much/],
    ["slow", "GATEWAY_TIMEOUT", /in time/],
  ] as const)("%s: %s", async (name, code, message) => {
    const { error } = await user.api.refused(STATS, code, of(name));
    expect(error).toMatch(message);
  });

  it("retries when the connection was cut", async () => {
    expect(await user.api.call(getRankStats, of("flaky"))).toMatchObject({ username: "flaky", cached: false });
  });

  it("returns 503 that names the setting without a key, and 502 when the key is refused", async () => {
    const other = await aUser("user", bare.url);
    const { error } = await other.api.refused(STATS, "UNAVAILABLE", of("PlayerName"));
    expect(error).toMatch(/ROCKET_LEAGUE_API_KEY/);
    const wrong = await startServer({
      DATA_DIR: join(folder, "c"),
      ROCKET_LEAGUE_API_URL: standin.url,
      ROCKET_LEAGUE_API_KEY: "another key",
    });
    const third = await aUser("user", wrong.url);
    const refused = await third.api.refused(STATS, "BAD_GATEWAY", of("PlayerName"));
    expect(refused.error).toMatch(/refused us \(401\): check ROCKET_LEAGUE_API_KEY/);
    expect(refused.error).not.toContain("another key");
    await wrong.stop();
  });
});

describe("tracked players", () => {
  const TRACK = "POST /api/rocket-league/tracked";
  const body = { platform: "steam", username: "climber" };

  it("rise and fall, and the check reports it", async () => {
    standin.players.set("climber", { 10: { tier: [13, "Diamond I"], division: 2, mmr: 950 } });
    const { player } = await user.api.call(trackPlayer, { body });
    expect(player).toMatchObject({ username: "climber", ranks: { "1v1": { division: 3 } }, error: null });
    await user.api.refused(TRACK, "CONFLICT", { body: { ...body, username: "CLIMBER" } });

    standin.players.set("climber", { 10: { tier: [14, "Diamond II"], division: 0, mmr: 1000 } });
    const check = await admin.api.call(checkRanks);
    expect(check).toMatchObject({ success: true, checked: 1, failed: 0, remaining: 0 });
    expect(check.changes).toEqual([
      {
        username: "climber",
        platform: "steam",
        playlist: "1v1",
        from: "Diamond I Div 3",
        to: "Diamond II Div 1",
        promoted: true,
      },
    ]);
    const { players } = await user.api.call(listTrackedPlayers);
    expect(players[0]!.history["1v1"]!.map(({ mmr }) => mmr)).toEqual([950, 1000]);
    const inbox = await eventually(async () => {
      const { json } = await user.api.send("GET /api/notifications", { query: { kind: "rank" } });
      expect(json.notifications).toHaveLength(1);
      return json.notifications;
    });
    expect(inbox[0]).toMatchObject({
      ...{ title: "climber rose to Diamond II Div 1 in 1v1", body: "From Diamond I Div 3.", url: "/dashboard/feeds" },
    });
  });

  it("show why their last check failed, and keep their ranks", async () => {
    standin.players.delete("climber");
    expect(await admin.api.call(checkRanks)).toMatchObject({
      failed: 1,
      changes: [],
    });
    const { players } = await user.api.call(listTrackedPlayers);
    expect(players[0]).toMatchObject({ error: "No player climber on steam", ranks: { "1v1": { mmr: 1000 } } });
  });

  it("are visible to their owner and staff, and removed only by them", async () => {
    const stranger = await aUser("user", server.url);
    expect(await stranger.api.call(listTrackedPlayers)).toMatchObject({ players: [] });
    const { players } = await admin.api.call(listTrackedPlayers);
    const params = { player_id: players[0]!.id };
    await stranger.api.refused("DELETE /api/rocket-league/tracked/{player_id}", "NOT_FOUND", { params });
    await user.api.call(untrackPlayer, { params });
    await user.api.refused("DELETE /api/rocket-league/tracked/{player_id}", "NOT_FOUND", { params });
  });

  it("must exist, and each user may track 25", async () => {
    await user.api.refused(TRACK, "NOT_FOUND", { body: { platform: "steam", username: "nobody" } });
    const collector = await aUser("user", server.url);
    for (let n = 0; n < 25; n++) {
      standin.players.set(`many${n}`, { 10: { tier: [1, "Bronze I"], division: 0, mmr: 100 } });
      await collector.api.call(trackPlayer, { body: { platform: "epic", username: `many${n}` } });
    }
    await collector.api.refused(TRACK, "CONFLICT", { body: { platform: "epic", username: "PlayerName" } });
  });
});

describe("GET /api/memes/random", () => {
  const RANDOM = "GET /api/memes/random";
  it("answers as documented: pictures over https, nothing NSFW, removed or pinned", async () => {
    const seen = new Set<string>();
    for (let n = 0; n < 6; n++) {
      const meme = await user.api.call(getRandomMeme, { query: { source: "reddit" } });
      expect(meme).toMatchObject({ source: "reddit", subreddit: "memes", title: expect.any(String) });
      seen.add(meme.url);
    }
    expect([...seen].sort()).toEqual(["https://i.redd.it/one.jpeg", "https://i.redd.it/two.png"]);
    expect(await user.api.call(getRandomMeme, { query: { source: "lemmy" } })).toMatchObject({
      source: "lemmy",
      url: "https://lemmy.world/pictrs/image/one.webp",
      subreddit: "memes",
      author: "lemming",
    });
  });

  it("returns 400 that names the sources", async () => {
    const { error } = await user.api.refused(RANDOM, "INVALID_INPUT", { query: { source: "9gag" } });
    expect(error).toMatch(/source: must be reddit or lemmy/);
  });

  it.each([
    ["nobody", "NOT_FOUND"],
    ["empty", "NOT_FOUND"],
    ["broken", "BAD_GATEWAY"],
    ["garbage", "BAD_GATEWAY"],
    ["slow", "GATEWAY_TIMEOUT"],
  ] as const)("of %s: %s", async (name, code) => {
    await configure({ default_subreddits: ["memes", name] });
    await user.api.refused(RANDOM, code, reddit(name));
  });

  it("returns 503 with Retry-After while Reddit limits requests, without asking again", async () => {
    await configure({ default_subreddits: ["limited", "other"] });
    const answer = await user.api.send(RANDOM, reddit("limited"));
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "7"]);
    const asked = standin.asked.length;
    expect((await user.api.send(RANDOM, reddit("other"))).status).toBe(503);
    expect(standin.asked.length).toBe(asked);
    await admin.api.send("POST /api/config/{section}/reset", { params: { section: "meme" } });
    // While one source is down, memes come from the other.
    const other = await aUser("user", bare.url);
    expect(await other.api.call(getRandomMeme)).toMatchObject({ source: "lemmy" });
    await other.api.refused(RANDOM, "BAD_GATEWAY", { query: { source: "reddit" } });
  });

  it("serves pictures only at addresses that it signed", async () => {
    const { image } = await user.api.call(getRandomMeme, { query: { source: "lemmy" } });
    const u = new URL(image, server.url).searchParams.get("u")!;
    await user.api.refused("GET /api/memes/image", "FORBIDDEN", { query: { u, s: "made up" } });
    await user.api.refused("GET /api/memes/image", "FORBIDDEN", { query: { u: "http://127.0.0.1/", s: "x" } });
  });

  it("GET /api/memes/templates answers the service's templates and caches them", async () => {
    const first = await user.api.call(listMemeTemplates);
    expect(first).toMatchObject({ templates: [{ id: "181913649", name: "Drake", box_count: 2 }], cached: false });
    expect(await user.api.call(listMemeTemplates)).toMatchObject({ cached: true });
  });
});
