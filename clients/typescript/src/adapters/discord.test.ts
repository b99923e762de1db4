/** The real discord.js, pointed at a stand-in of Discord's REST API and gateway, managed by the real server. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Client, GatewayIntentBits } from "discord.js";
import { afterEach, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { eventually } from "@/tests/eventually";
import { theServer } from "@/tests/the-server";
import { aBot, aUser } from "../../../../tests/factories";
import { MusterBot } from "../index";
import { manageDiscord } from "./discord";

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

const ME = { id: "1", username: "the_bot", discriminator: "0000", bot: true, avatar: null };
const CHANNEL = { id: "300", type: 0, guild_id: "200", name: "general", position: 0, permission_overwrites: [] };
const GUILD = {
  id: "200",
  name: "The guild",
  member_count: 3,
  channels: [CHANNEL],
  ...{ members: [], roles: [], emojis: [], stickers: [], threads: [], presences: [], voice_states: [], features: [] },
};

/** Answers /gateway/bot and message posts, and speaks HELLO, IDENTIFY, READY, GUILD_CREATE and heartbeats. */
async function discord() {
  const world = { sent: [] as object[], identified: 0, api: "", push: (_event: string, _data: object) => {} };
  const server = createServer(async (req, res) => {
    let text = "";
    for await (const chunk of req) text += chunk;
    const body = text ? JSON.parse(text) : {};
    const answer = (json: object, status = 200) => {
      res.writeHead(status, { "content-type": "application/json" });
      res.end(JSON.stringify(json));
    };
    if (req.url!.endsWith("/gateway/bot"))
      return answer({
        url: world.api.replace("http", "ws").replace("/api", ""),
        shards: 1,
        session_start_limit: { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 1 },
      });
    if (req.method === "POST" && req.url!.endsWith("/channels/300/messages")) {
      world.sent.push(body);
      return answer({
        id: "901",
        channel_id: "300",
        author: ME,
        content: body.content,
        timestamp: "2026-01-01T00:00:00Z",
      });
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

it("three lines of code make a discord.js bot manageable", async () => {
  const ada = await aUser();
  const mine = await aBot(ada);
  const platform = await discord();
  const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent];
  const client = new Client({ intents, rest: { api: platform.api } });
  const muster = new MusterBot({ url: theServer().url, botId: mine.id, token: mine.token, onProblem: () => {} });
  manageDiscord(client, muster);
  ends.push(
    () => muster.stop(500),
    () => client.destroy(),
  );
  await client.login("token");

  const params = { bot_id: mine.id };
  await eventually(async () =>
    expect((await ada.api.send("GET /api/bot/{bot_id}/data", { params })).text).toContain("The guild"),
  );
  const author = { id: "42", username: "eve", discriminator: "0000", avatar: null };
  platform.push("MESSAGE_CREATE", {
    id: "900",
    channel_id: "300",
    guild_id: "200",
    author,
    content: "Hello there",
    timestamp: "2026-01-01T00:00:00Z",
  });
  await eventually(async () =>
    expect((await ada.api.send("GET /api/messages", { query: { bot_id: mine.id } })).json.messages).toMatchObject([
      { message: "Hello there", author_id: "42", author_name: "eve", thread_id: "300", thread_type: "GROUP" },
    ]),
  );
  const run = async (type: string, payload: object = {}) => {
    const { json } = await ada.api.send("POST /api/commands", { body: { bot_id: mine.id, type, payload } });
    return eventually(async () => {
      const one = await ada.api.send("GET /api/commands/{command_id}", { params: { command_id: json.command.id } });
      expect(one.json.command.status).not.toBe("pending");
      return one.json.command;
    });
  };
  expect(await run("send_message", { thread_id: "300", message: "Hi" })).toMatchObject({
    result: { message_id: "901" },
  });
  expect(platform.sent).toMatchObject([{ content: "Hi" }]);
  expect(await run("send_message", { thread_id: "301", message: "Hi" })).toMatchObject({ status: "failed" });
  expect(await run("restart")).toMatchObject({ status: "completed", result: { restarted: true } });
  await eventually(() => expect(platform.identified).toBe(2));
  expect(await run("stop")).toMatchObject({ status: "completed", result: { stopped: true } });
  expect(client.token).toBeNull();
});

it("a program with some of the shards declares them", async () => {
  const ada = await aUser();
  const mine = await aBot(ada);
  const client = new Client({ intents: [], shards: [0, 1], shardCount: 4 });
  const muster = new MusterBot({ url: theServer().url, botId: mine.id, token: mine.token, onProblem: () => {} });
  manageDiscord(client, muster);
  ends.push(() => muster.stop(500));
  const params = { bot_id: mine.id };
  await eventually(async () =>
    expect((await ada.api.send("GET /api/bot/{bot_id}/instances", { params })).json.instances).toMatchObject([
      { part: { shards: [0, 1], of: 4 } },
    ]),
  );
});
