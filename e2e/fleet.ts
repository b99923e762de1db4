/** Creates a small fleet with logs, messages, and completed, failed and pending commands, through the API. */
import { type Api, apiOf, type Bot, makeBot } from "./api";

const CAST = [
  { name: "Greeter", platform: "discord", version: "2.4.1", status: "online" },
  { name: "Moderator", platform: "discord", version: "5.0.3", status: "online" },
  { name: "Night Watch", platform: "telegram", version: "1.9.0", status: "online" },
  { name: "Ticket Clerk", platform: "discord", version: "3.1.0", status: "busy" },
  { name: "Music Box", platform: "discord", version: "0.8.7", status: "error" },
  { name: "Weather", platform: "telegram", version: "1.2.2", status: "online" },
  { name: "Quiz Master", platform: "slack", version: "2.0.0", status: "online" },
  { name: "Order Desk", platform: "telegram", version: "4.6.1", status: "online" },
  { name: "Translator", platform: "matrix", version: "1.0.5", status: "online" },
  { name: "Archivist", platform: "matrix", version: "0.3.0", status: "offline" },
  { name: "Standup Reminder", platform: "slack", version: "1.1.0", status: "" },
];
const LINES: [string, string][] = [
  ["info", "Session resumed on the gateway"],
  ["debug", "Heartbeat acknowledged in 41 ms"],
  ["info", "Message from Ada in #general handled in 118 ms"],
  ["info", "Joined #releases with 57 members"],
  ["warning", "Rate limited, waiting 740 ms"],
  ["info", "Role of Grace updated"],
  ["debug", "Fetched 240 members of #help"],
  ["info", "Delivered 36 notifications"],
  ["warning", "Slow handler: 890 ms for a message in #orders"],
  ["info", "Linus used /help"],
];
const ERRORS = [
  "Track could not be decoded: unexpected end of stream",
  "Could not send to #announcements: missing permission",
  "Upstream timed out after 5000 ms",
  "The gateway closed the connection (code 1006)",
];
const CHAT: [string, string][] = [
  ["Ada", "Good morning, all!"],
  ["Grace", "Is anyone else seeing timeouts?"],
  ["Linus", "The build is green again"],
  ["Margaret", "Can somebody look at my order? It says “on its way” since Tuesday."],
  ["Dennis", "Thanks, Radia, that did it"],
  ["Barbara", "Which version runs in production?"],
  ["Ken", "Play something calm, please"],
  ["Radia", "Meeting in 10 minutes, then lunch"],
];

/** The commands of each bot: type, payload and outcome (pending when there is none). */
const ORDERS: [string, Record<string, unknown>, "completed" | "failed" | null, Record<string, unknown>][] = [
  ["ping", {}, "completed", { pong: true, latency_ms: 34 }],
  ["send_message", { thread_id: "g1", message: "Welcome, Ada!" }, "completed", { message_id: "418870233" }],
  ["play", { track: "nocturne.ogg" }, "failed", { error: "Voice connection was refused" }],
  ["sync", {}, "completed", { groups: 6, friends: 41 }],
  ["reload_plugins", {}, null, {}],
];

/** Fills an account; returns the bots by name. `lines` per bot. */
export async function makeFleet(api: Api, lines = 24): Promise<Map<string, Bot>> {
  const made = new Map<string, Bot>();
  for (const [place, { name, platform, version, status }] of CAST.entries()) {
    const bot = await makeBot(api, name, { platform, version });
    made.set(name, bot);
    if (!status) continue;
    const own = apiOf(api.url, bot.token);
    const faulty = name === "Music Box";
    const logs = Array.from({ length: lines }, (_, at) => {
      if (at % (faulty ? 4 : 23) === 3) return { type: "error", message: ERRORS[(at + place) % ERRORS.length]! };
      const [type, message] = LINES[(at * 3 + place) % LINES.length]!;
      return { type, message, metadata: { shard: at % 4 } };
    });
    await own.post(`/api/bot/${bot.id}/logs`, logs);
    await own.post(
      `/api/bot/${bot.id}/messages`,
      CHAT.slice(place % 4).map(([author_name, message], at) => ({
        message,
        author_name,
        author_id: `u${at + 1}`,
        thread_id: `g${1 + (place % 3)}`,
        thread_type: "GROUP",
      })),
    );
    await own.post(`/api/bot/${bot.id}/sync`, {
      groups: [
        { id: "g1", name: "general", members: 57 },
        { id: "g2", name: "help", members: 240 },
      ],
      friends: CHAT.map(([friend], at) => ({ id: `u${at + 1}`, name: friend })),
      metadata: { platform, version },
    });
    for (const [type, payload, outcome, result] of ORDERS.slice(0, faulty ? 5 : 1 + (place % 5))) {
      const { command } = await api.post(`/api/bot/${bot.id}/send-command`, { type, payload });
      if (!outcome) continue;
      await own.get(`/api/bot/${bot.id}/commands?limit=1`);
      await own.post(`/api/commands/${command.id}/ack`, { status: outcome, result });
    }
    await own.post(`/api/bot/${bot.id}/status`, { status });
  }
  return made;
}

/** A public status page with bots, a tag, an open incident and a resolved one. */
export async function makeStatusPage(api: Api, ids: readonly string[], slug = "guild") {
  const components = [...ids.map((bot_id) => ({ bot_id })), { tag: "night", name: "Night shift" }];
  const { page } = await api.post("/api/status-pages", {
    ...{ title: "Bots of the guild", slug, visibility: "public", components },
    description: "Music, greetings and the archive.",
  });
  const at = `/api/status-pages/${page.page_id}/incidents`;
  const { incident } = await api.post(at, { title: "Songs stop in the middle", text: "We are looking into it." });
  await api.post(`${at}/${incident.incident_id}/updates`, { state: "resolved", text: "A worker had no disk left." });
  await api.post(at, {
    title: "Greetings are late",
    state: "identified",
    text: "The queue is long, and is being worked off.",
  });
  return page;
}
