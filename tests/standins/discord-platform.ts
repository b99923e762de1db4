/** A stand-in of Discord's REST API and gateway, for bots of real libraries. Ends after the test. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";

let ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.reverse()) end();
  ends = [];
});

const ME = { id: "1", username: "the_bot", discriminator: "0000", bot: true, avatar: null };
/** The headers of each answer. discord.py wants all of them if it gets one. */
const LIMITS = {
  ...{ "x-ratelimit-limit": "5", "x-ratelimit-remaining": "4", "x-ratelimit-bucket": "b" },
  ...{ "x-ratelimit-reset": "1767225600", "x-ratelimit-reset-after": "1" },
};
const APPLICATION = {
  ...{ id: "1", name: "The bot", description: "", icon: null, rpc_origins: [], verify_key: "", flags: 0, owner: ME },
  ...{ bot_public: true, bot_require_code_grant: false },
};
const CHANNEL = { id: "300", type: 0, guild_id: "200", name: "general", position: 0, permission_overwrites: [] };
const GUILD = {
  id: "200",
  name: "The guild",
  member_count: 3,
  channels: [CHANNEL],
  ...{ members: [], roles: [], emojis: [], stickers: [], threads: [], presences: [], voice_states: [], features: [] },
};

/** Answers /gateway/bot and message posts, and speaks HELLO, IDENTIFY, READY, GUILD_CREATE and heartbeats. */
export async function discordPlatform() {
  const world = { sent: [] as object[], identified: 0, api: "", push: (_event: string, _data: object) => {} };
  const server = createServer(async (req, res) => {
    let text = "";
    for await (const chunk of req) text += chunk;
    const body = text ? JSON.parse(text) : {};
    const answer = (json: object, status = 200) => {
      res.writeHead(status, { "content-type": "application/json", ...LIMITS });
      res.end(JSON.stringify(json));
    };
    if (req.url!.endsWith("/users/@me")) return answer(ME);
    if (req.url!.endsWith("/applications/@me")) return answer(APPLICATION);
    if (req.url!.split("?", 1)[0]!.endsWith("/gateway/bot"))
      return answer({
        url: world.api.replace("http", "ws").replace("/api", ""),
        shards: 1,
        session_start_limit: { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 1 },
      });
    if (req.method === "POST" && req.url!.endsWith("/channels/300/messages")) {
      world.sent.push(body);
      return answer({ ...message(body.content), id: "901", author: ME });
    }
    answer({ message: "Unknown Channel", code: 10003 }, 404);
  });
  const gateway = new WebSocketServer({ server });
  gateway.on("connection", (socket: WebSocket) => {
    let seq = 0;
    const say = (op: number, d: unknown, t: string | null = null) =>
      socket.send(JSON.stringify({ op, d, t, s: op === 0 ? ++seq : null }));
    say(10, { heartbeat_interval: 45_000 });
    world.push = (event, data) => say(0, data, event);
    socket.on("message", (raw) => {
      const { op } = JSON.parse(String(raw));
      if (op === 1) say(11, null);
      if (op !== 2) return;
      world.identified++;
      const application = { id: "1", flags: 0 };
      const resume_gateway_url = world.api.replace("http", "ws").replace("/api", "");
      say(
        0,
        {
          v: 10,
          user: ME,
          guilds: [{ id: "200", unavailable: true }],
          session_id: "s",
          resume_gateway_url,
          application,
        },
        "READY",
      );
      say(0, GUILD, "GUILD_CREATE");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(
    () => server.close(),
    () => server.closeAllConnections(),
    () => gateway.clients.forEach((socket) => void socket.terminate()),
  );
  world.api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  return world;
}

/** A message of a user named eve in the guild's channel. */
export const message = (content: string) => ({
  ...{ id: "900", type: 0, channel_id: "300", guild_id: "200", content, timestamp: "2026-01-01T00:00:00+00:00" },
  ...{ edited_timestamp: null, pinned: false, tts: false, mention_everyone: false, mentions: [], mention_roles: [] },
  ...{ attachments: [], embeds: [], components: [], flags: 0 },
  author: { id: "42", username: "eve", discriminator: "0000", avatar: null },
});
