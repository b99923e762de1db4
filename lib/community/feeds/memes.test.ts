import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import type { Actor } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import type { MemeSource } from "./contract";
import { createMemeClient, type MemeClient, type Picture } from "./memes";
import { createMemeImages } from "./service.images";
import { createMemeService } from "./service.memes";

const actor = { kind: "user", user_id: 1 } as Actor;
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUg", "base64");
const picture = (source: MemeSource, n: number): Picture => ({
  title: `${source} ${n}`,
  url: `https://i.example.org/${source}${n}.png`,
  source,
  subreddit: "memes",
  author: "a",
  score: n,
  permalink: "https://example.org",
});
const away = async () => {
  throw new AppError("BAD_GATEWAY", "away");
};

const images = createMemeImages({
  sign: (text) => `signed ${text}`,
  same: (a, b) => a === b,
  fetchImage: async (url) => (url.endsWith("png") ? PNG : Buffer.from("<svg/>")),
  typeOf: async (bytes) => (bytes === PNG ? "image/png" : "image/svg+xml"),
});

function aService(client: Partial<MemeClient> = {}, config: Partial<Record<string, unknown>> = {}) {
  return createMemeService({
    client: {
      reddit: async () => [1, 2, 3].map((n) => picture("reddit", n)),
      lemmy: async () => [1].map((n) => picture("lemmy", n)),
      templates: async () => [],
      caption: async () => "https://i.example.org/made.png",
      ...client,
    },
    config: async () =>
      ({
        default_subreddits: ["memes"],
        default_lemmy: ["memes@lemmy.world"],
        meme_sources: ["reddit", "lemmy"],
        templates_cache_duration: 60,
        ...config,
      }) as never,
    now: () => 1,
    random: () => 0,
    imagePath: images.pathOf,
  });
}

describe("a random meme", () => {
  it("is another one each time while there are others, per caller", async () => {
    const service = aService();
    const titles = [];
    for (let n = 0; n < 3; n++) titles.push((await service.random(actor, { source: "reddit" })).title);
    expect(new Set(titles).size).toBe(3);
    expect((await service.random(actor, { source: "reddit" })).title).toMatch(/^reddit/);
    const other = { kind: "bot", bot_id: "b" } as Actor;
    expect((await service.random(other, { source: "reddit" })).title).toBe("reddit 1");
  });

  it("comes from the other source when one is away, unless that one was asked for", async () => {
    const service = aService({ reddit: away });
    expect(await service.random(actor, {})).toMatchObject({ source: "lemmy" });
    await expect(service.random(actor, { source: "reddit" })).rejects.toMatchObject({ code: "BAD_GATEWAY" });
  });

  it("says what is wrong when both are", () =>
    expect(aService({ reddit: away, lemmy: away }).random(actor, {})).rejects.toMatchObject({ code: "BAD_GATEWAY" }));

  it("says what to do when nothing is configured, or nothing suits", async () => {
    await expect(aService({}, { meme_sources: [] }).random(actor, {})).rejects.toThrow(/Settings, Memes/);
    await expect(aService({}, { default_lemmy: [] }).random(actor, { source: "lemmy" })).rejects.toThrow(
      /Settings, Memes/,
    );
    const empty = aService({ reddit: async () => [] });
    await expect(empty.random(actor, { source: "reddit" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("comes from a configured community only", async () => {
    const service = aService();
    expect(await service.random(actor, { subreddit: "MEMES" })).toMatchObject({ source: "reddit" });
    expect(await service.random(actor, { subreddit: "memes@lemmy.world" })).toMatchObject({ source: "lemmy" });
    await expect(service.random(actor, { subreddit: "aww" })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});

describe("a picture through this server", () => {
  it("needs the address and the signature of one given out", async () => {
    const service = aService();
    const { image, url } = await service.random(actor, { source: "reddit" });
    const query = new URL(image, "http://x").searchParams;
    expect(await images.image(query.get("u")!, query.get("s")!)).toEqual({ type: "image/png", bytes: PNG });
    await expect(images.image(url, "made up")).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(images.image(`${url}?`, query.get("s")!)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("must be a picture by its bytes", () =>
    expect(images.image("https://i.example.org/x.svg", "signed https://i.example.org/x.svg")).rejects.toMatchObject({
      code: "BAD_GATEWAY",
    }));
});

it("keeps the score of a source within an integer of PostgreSQL", async () => {
  const data = { title: "x", url: "https://i.example.org/a.png", over_18: false, score: 1e12 };
  const server = createServer((_, res) => res.end(JSON.stringify({ data: { children: [{ kind: "t3", data }] } })));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createMemeClient({ urls: { reddit: url, lemmy: url, templates: url }, timeoutMs: 5_000 });
  expect((await client.reddit("memes"))[0]).toMatchObject({ score: 1e9 });
  server.close();
  server.closeAllConnections();
});
