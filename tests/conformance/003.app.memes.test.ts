/** Memes, pictures of other sites and fault reports of document 003's app. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Api } from "../api";
import { API_TOKEN } from "../process";
import type { AppRole } from "./003.app.calls";
import { type AppWorld, DISCORD_IDS, openAppWorld } from "./003.app.world";

let world: AppWorld;
beforeAll(async () => {
  world = await openAppWorld();
  const server = new Api(world.server.url).bearer(API_TOKEN);
  await server.send("PUT /api/config/channels", { body: { meme_channel_id: "62222" } });
});
afterAll(() => world?.close());

describe("memes", () => {
  it("are posted to the channel of the settings, mention nobody, and collect votes", async () => {
    const meme = { title: "@everyone look", url: "https://i.redd.it/one.jpeg", subreddit: "memes", author: "a" };
    const before = world.discord.posts.length;
    const { json } = await world.as("user").send("POST /api/test/send-meme", { body: { meme } });
    expect(world.discord.posts.slice(before)).toMatchObject([
      { channel: "62222", content: expect.stringContaining(meme.url), allowed_mentions: { parse: [] } },
    ]);
    const vote = (role: AppRole) => world.as(role).send(`POST /api/memes/${json.message_id}/upvote`);
    expect((await vote("moderator")).json).toMatchObject({ action: "added", upvotes: 1 });
    expect((await vote("admin")).json).toMatchObject({ action: "added", upvotes: 2 });
    expect((await vote("moderator")).json).toMatchObject({ action: "removed", upvotes: 1, has_upvoted: false });
    const reactions = await world.as("admin").send(`GET /api/memes/${json.message_id}/reactions`);
    expect(reactions.json).toMatchObject({ upvotes: 1, has_upvoted: true, has_discord_upvoted: false });
    const latest = await world.as("user").send("GET /api/hazehub/latest-memes", { query: { limit: "1" } });
    expect(latest.json.memes).toMatchObject([
      { message_id: json.message_id, title: meme.title, posted_by: { user_id: DISCORD_IDS.user }, upvotes: 1 },
    ]);
  });

  it("are not stored when Discord refuses them", async () => {
    world.discord.trouble({ path: /\/channels\/62222\/messages$/, times: 1, status: 403, body: "{}" });
    const body = { meme: { title: "Refused", url: "https://i.redd.it/one.jpeg" } };
    expect((await world.as("user").send("POST /api/test/send-meme", { body })).status).toBe(502);
    const { text } = await world.as("user").send("GET /api/hazehub/latest-memes");
    expect(text).not.toContain("Refused");
  });

  it("are drawn by the template service, with the account of the environment", async () => {
    const draw = (template_id: string) =>
      world.as("user").send("POST /api/meme-generator/generate", { body: { template_id, texts: ["one", "two"] } });
    expect((await draw("181913649")).json.url).toBe("https://i.imgflip.com/made.jpg");
    expect(world.feeds.captions.at(-1)).toEqual(["one", "two"]);
    const refused = await draw("1");
    expect([refused.status, refused.text.includes("password of the")]).toEqual([502, false]);
  });

  it("come from a configured source alone, and the daily one is sent by staff", async () => {
    const from = (source: string) => world.as("user").send("GET /api/test/meme-from-source", { query: { source } });
    const { status, json } = await from("aww");
    expect([status, json.details.field]).toEqual([400, "source"]);
    expect((await world.as("user").send("POST /api/test/daily-meme")).status).toBe(403);
  });
});

describe("pictures of other sites", () => {
  it("come from listed hosts alone, and are asked for once", async () => {
    const get = (url: string) => world.as("user").send("GET /api/proxy/image", { query: { url } });
    const avatar = "https://cdn.discordapp.com/avatars/7/b.png";
    for (let n = 0; n < 2; n++) {
      const { status, headers } = await get(avatar);
      expect([status, headers.get("content-type")]).toEqual([200, "image/png"]);
    }
    expect(world.discord.calls.filter((call) => call === "GET /avatars/7/b.png")).toHaveLength(1);
    for (const url of [
      "https://example.org/a.png",
      "https://cdn.discordapp.com.example.org/a.png",
      "https://cdn.discordapp.com:8443/a.png",
      "http://cdn.discordapp.com/a.png",
      "https://127.0.0.1/a.png",
      "https://x@169.254.169.254/a.png",
    ]) {
      const { status, json } = await get(url);
      expect([url, status, json.details.field]).toEqual([url, 400, "url"]);
    }
  });

  it("are refused when they are none", async () => {
    world.discord.trouble({ path: /^\/avatars\/8/, times: 1, status: 200, body: "<html></html>" });
    const url = "https://cdn.discordapp.com/avatars/8/c.png";
    expect((await world.as("user").send("GET /api/proxy/image", { query: { url } })).status).toBe(502);
  });
});

describe("fault reports", () => {
  it("are sent with consent, and read by admins", async () => {
    const report = (user_consented: boolean) =>
      world.as("user").send("POST /api/debug/error-report", {
        body: { user_consented, error: { message: "It broke", type: "StateError" }, device: { platform: "Android" } },
      });
    expect((await report(false)).json.details.field).toBe("user_consented");
    const { json } = await report(true);
    for (const role of ["user", "moderator"] as const)
      expect((await world.as(role).send("GET /api/debug/error-reports")).status).toBe(403);
    const list = await world.as("admin").send("GET /api/debug/error-reports", { query: { limit: "1" } });
    expect(list.json.reports).toMatchObject([
      {
        report_id: json.report_id,
        message: "It broke",
        reported_by: { user_id: DISCORD_IDS.user },
        platform: "Android",
      },
    ]);
  });
});
