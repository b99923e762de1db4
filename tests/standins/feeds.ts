/**
 * Stand-ins for the rank service, Reddit, Lemmy and the template service on one local port, with the real formats and
 * failures. The name decides: `nobody` is unknown, `broken` fails with 500, `limited` answers 429, `slow` never answers,
 * `garbage` answers a page, `strange` JSON of another form, `huge` without end, `flaky` fails once.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const TRACKER_KEY = "a key of the rank service";
export const IMGFLIP = { username: "drawer", password: "a password of the template service" };

type Player = { tier: [number, string]; division: number; mmr: number };
export type FeedsStandin = {
  url: string;
  /** Ranks by user name (lower case) and playlist id. */
  players: Map<string, Record<number, Player>>;
  /** Every request, as "GET /path". */
  asked: string[];
  /** The texts of each meme that was to be drawn. */
  captions: string[][];
  close(): Promise<void>;
};

const segment = (playlistId: number, { tier, division, mmr }: Player) => ({
  type: "playlist",
  attributes: { playlistId, season: 30 },
  metadata: { name: `Playlist ${playlistId}` },
  stats: {
    tier: {
      value: tier[0],
      displayValue: String(tier[0]),
      metadata: { iconUrl: "https://example.org/i.png", name: tier[1] },
    },
    division: { value: division, metadata: { name: `Division ${["I", "II", "III", "IV"][division]}` } },
    rating: { value: mmr, displayValue: String(mmr), metadata: {} },
    matchesPlayed: { value: 42, displayValue: "42", metadata: {} },
  },
});

const post = (over: Record<string, unknown>) => ({
  kind: "t3",
  data: {
    title: "A picture",
    url: "https://i.redd.it/one.jpeg",
    author: "somebody",
    subreddit: "memes",
    permalink: "/r/memes/comments/1/a_picture/",
    score: 1234,
    over_18: false,
    stickied: false,
    removed_by_category: null,
    post_hint: "image",
    ...over,
  },
});
const LISTING = [
  post({ title: "Rules of this place", stickied: true, url: "https://i.redd.it/rules.png" }),
  post({ title: "First" }),
  post({ title: "Second", url: "https://i.redd.it/two.png" }),
  post({ title: "Not for everybody", url: "https://i.redd.it/nsfw.png", over_18: true }),
  post({ title: "A film", url: "https://v.redd.it/film" }),
  post({ title: "Without TLS", url: "http://i.redd.it/plain.png" }),
  post({ title: "Removed", url: "https://i.redd.it/gone.png", removed_by_category: "moderator" }),
  { kind: "t1", data: { body: "a comment", url: "https://i.redd.it/comment.png", over_18: false } },
];
const lemmyPost = (over: Record<string, unknown>) => ({
  post: {
    id: 1,
    name: "Federated picture",
    url: "https://lemmy.world/pictrs/image/one.webp",
    ap_id: "https://lemmy.world/post/1",
    nsfw: false,
    removed: false,
    deleted: false,
    ...over,
  },
  creator: { id: 7, name: "lemming" },
  community: { id: 3, name: "memes", nsfw: false },
  counts: { score: 77, upvotes: 80, downvotes: 3 },
});

export async function feedsStandin(): Promise<FeedsStandin> {
  const players: FeedsStandin["players"] = new Map([
    [
      "playername",
      {
        10: { tier: [13, "Diamond I"], division: 2, mmr: 950 },
        11: { tier: [17, "Champion II"], division: 1, mmr: 1150 },
        13: { tier: [0, "Unranked"], division: 0, mmr: 600 },
      },
    ],
  ]);
  const asked: string[] = [];
  const captions: string[][] = [];
  let stumbles = 0;
  const json = (res: ServerResponse, status: number, body: unknown, headers = {}) =>
    res.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

  /** Answers requests with a name that stands for a failure. Returns whether it did. */
  function trouble(res: ServerResponse, name: string): boolean {
    if (name === "nobody") json(res, 404, { errors: [{ code: "CollectorResultStatus::NotFound" }] });
    else if (name === "broken") json(res, 500, { message: "Internal" });
    else if (name === "limited") json(res, 429, { message: "Too Many Requests" }, { "retry-after": "7" });
    else if (name === "garbage") res.writeHead(200, { "content-type": "text/html" }).end("<html>One moment</html>");
    else if (name === "strange") json(res, 200, { data: "another version" });
    else if (name === "flaky" && stumbles++ === 0) res.destroy();
    else if (name === "huge") res.writeHead(200).end("x".repeat(5_000_000));
    else return name === "slow";
    return true;
  }

  const server = createServer((req, res) => {
    const url = new URL(req.url ?? "/", "http://x");
    asked.push(`${req.method} ${url.pathname}`);
    const [, , ...path] = url.pathname.split("/").map((part) => decodeURIComponent(part));
    if (!req.headers["user-agent"]?.startsWith("muster/")) return json(res, 429, { message: "Who are you?" });

    if (url.pathname.startsWith("/api/v2/rocket-league/standard/profile/")) {
      if (req.headers["trn-api-key"] !== TRACKER_KEY)
        return json(res, 401, { message: "Invalid authentication credentials" });
      const [, , , , platform, name = ""] = path;
      if (trouble(res, name)) return;
      const player = players.get(name.toLowerCase()) ?? (name === "flaky" ? players.get("playername") : undefined);
      if (!player) return trouble(res, "nobody");
      const segments = Object.entries(player).map(([id, one]) => segment(Number(id), one));
      return json(res, 200, {
        data: {
          platformInfo: { platformSlug: platform, platformUserHandle: name, avatarUrl: null },
          segments: [{ type: "overview", attributes: {}, metadata: {}, stats: { wins: { value: 9 } } }, ...segments],
        },
      });
    }
    const subreddit = /^\/r\/([^/]+)\/hot\.json$/.exec(url.pathname)?.[1];
    if (subreddit) {
      if (trouble(res, subreddit)) return;
      return json(res, 200, {
        kind: "Listing",
        data: { after: null, dist: LISTING.length, children: subreddit === "empty" ? [] : LISTING },
      });
    }
    if (url.pathname === "/api/v3/post/list") {
      const community = url.searchParams.get("community_name") ?? "";
      if (trouble(res, community.split("@")[0]!)) return;
      return json(res, 200, {
        posts: [
          lemmyPost({}),
          lemmyPost({ nsfw: true, url: "https://lemmy.world/nsfw.png" }),
          lemmyPost({ url: null }),
        ],
      });
    }
    if (req.method === "POST" && url.pathname === "/caption_image") {
      const chunks: Buffer[] = [];
      req.on("data", (chunk: Buffer) => chunks.push(chunk));
      req.on("end", () => {
        const form = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
        const isKnown = form.get("username") === IMGFLIP.username && form.get("password") === IMGFLIP.password;
        const texts = [...form].filter(([name]) => /^boxes\[\d+\]\[text\]$/.test(name)).map(([, text]) => text);
        captions.push(texts);
        const data = { url: "https://i.imgflip.com/made.jpg", page_url: "https://imgflip.com/i/made" };
        if (isKnown && form.get("template_id") === "181913649") json(res, 200, { success: true, data });
        else json(res, 200, { success: false, error_message: "Invalid username/password or template" });
      });
      return;
    }
    if (url.pathname === "/get_memes")
      return json(res, 200, {
        success: true,
        data: {
          memes: [
            {
              id: "181913649",
              name: "Drake",
              url: "https://i.imgflip.com/30b1gx.jpg",
              width: 1200,
              height: 1200,
              box_count: 2,
              captions: 9,
            },
          ],
        },
      });
    json(res, 404, {});
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    players,
    asked,
    captions,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
