type Snippet = {
  name: string;
  /** Lines to run first, such as the installation of packages. */
  setup?: string;
  /** The file that the code is saved in, or nothing for lines that are pasted into a shell. */
  file?: string;
  code: string;
  /** The line that runs the file. */
  run?: string;
};

/** The snippet for the library that most bots of a platform use. */
export const snippetFor = (platform: string | undefined): string =>
  platform === "discord" ? "discord.js" : platform === "telegram" ? "grammY" : "JavaScript";

/**
 * Ready-to-paste programs that connect a bot. Each sends heartbeats, logs a line and answers `ping`. Those without a library need
 * no package; the others take the clients that this server offers, which are on no registry.
 */
export function snippetsFor(origin: string, botId: string, token: string): Snippet[] {
  // A bot that registered itself chose its id, which may hold quotes: each snippet must stay one program.
  const id = encodeURIComponent(botId).replaceAll("'", "%27");
  const names = { origin, id, botId, token };
  return [...librariesOfNode(names), ...librariesOfPython(names), python(names), javaScript(names), ...shells(names)];
}

type Names = { origin: string; id: string; botId: string; token: string };

function librariesOfNode({ origin, botId, token }: Names): Snippet[] {
  const npm = `${origin}/clients/muster-client.tgz`;
  const js = `new MusterBot({ url: "${origin}", botId: ${JSON.stringify(botId)}, token: "${token}" })`;
  return [
    {
      name: "discord.js",
      setup: `npm install discord.js ${npm}`,
      file: "bot.mjs",
      run: "node bot.mjs",
      code: `import { MusterBot } from "@muster/client";
import { manageDiscord } from "@muster/client/discord";
import { Client, GatewayIntentBits } from "discord.js";

const client = new Client({ intents: [GatewayIntentBits.Guilds] });
const muster = ${js};
muster.onCommand("ping", () => ({ pong: true }));
manageDiscord(client, muster);
muster.log("info", "Starting");
await client.login("your Discord token");`,
    },
    {
      name: "grammY",
      setup: `npm install grammy ${npm}`,
      file: "bot.mjs",
      run: "node bot.mjs",
      code: `import { MusterBot } from "@muster/client";
import { manageGrammy } from "@muster/client/grammy";
import { Bot } from "grammy";

const bot = new Bot("your Telegram token");
const muster = ${js};
muster.onCommand("ping", () => ({ pong: true }));
manageGrammy(bot, muster);
muster.log("info", "Starting");
await bot.start();`,
    },
  ];
}

function librariesOfPython({ origin, botId, token }: Names): Snippet[] {
  const { hostname } = new URL(origin);
  // pip takes packages over plain HTTP only from hosts that are named; --no-index keeps it from a package of that name elsewhere.
  const trust = origin.startsWith("http:") ? ` --trusted-host ${hostname}` : "";
  const pip = `pip install --no-index --find-links ${origin}/clients/${trust} muster-client`;
  const py = `AsyncMusterBot("${origin}", ${JSON.stringify(botId)}, "${token}")`;
  return [
    {
      name: "discord.py",
      setup: `pip install discord.py\n${pip}`,
      file: "bot.py",
      run: "python3 bot.py",
      code: `import discord
from muster import AsyncMusterBot
from muster.discord import manage_discord

client = discord.Client(intents=discord.Intents.default())
muster = ${py}

@muster.command("ping")
async def ping(command, ctx):
    return {"pong": True}

manage_discord(client, muster)
muster.log("info", "Starting")
client.run("your Discord token")`,
    },
    {
      name: "aiogram",
      setup: `pip install aiogram\n${pip}`,
      file: "bot.py",
      run: "python3 bot.py",
      code: `import asyncio
from aiogram import Bot, Dispatcher
from muster import AsyncMusterBot
from muster.aiogram import manage_aiogram

muster = ${py}

@muster.command("ping")
async def ping(command, ctx):
    return {"pong": True}

async def main():
    bot, dispatcher = Bot("your Telegram token"), Dispatcher()
    manage_aiogram(dispatcher, bot, muster)
    muster.log("info", "Starting")
    await dispatcher.start_polling(bot)

asyncio.run(main())`,
    },
  ];
}

const python = ({ origin, id, token }: Names): Snippet => ({
  name: "Python",
  file: "bot.py",
  run: "python3 bot.py",
  code: `import json, time, urllib.request

API = "${origin}/api"

def call(method, path, body=None):
    request = urllib.request.Request(API + path, method=method, data=None if body is None else json.dumps(body).encode())
    request.add_header("Authorization", "Bearer ${token}")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=40) as reply:
        return json.load(reply)

call("POST", "/bot/${id}/status", {"status": "online"})
call("POST", "/bot/${id}/logs", {"type": "info", "message": "Hello from Python"})
while True:
    try:
        # Waits up to 25 seconds for commands. The open request is the heartbeat.
        for command in call("GET", "/bot/${id}/commands?wait=25")["commands"]:
            known = command["type"] == "ping"
            outcome = ("completed", {"pong": True}) if known else ("failed", {"error": "I only know ping"})
            call("POST", f"/commands/{command['id']}/ack", {"status": outcome[0], "result": outcome[1]})
    except OSError as error:
        print(error)
        time.sleep(5)`,
});

const javaScript = ({ origin, id, token }: Names): Snippet => ({
  name: "JavaScript",
  file: "bot.js",
  run: "node bot.js",
  code: `// Node 18 or newer.
const API = "${origin}/api";
const headers = { authorization: "Bearer ${token}", "content-type": "application/json" };

async function call(method, path, body) {
  const reply = await fetch(API + path, { method, headers, body: body && JSON.stringify(body) });
  if (!reply.ok) throw new Error(await reply.text());
  return reply.json();
}

async function main() {
  await call("POST", "/bot/${id}/status", { status: "online" });
  await call("POST", "/bot/${id}/logs", { type: "info", message: "Hello from JavaScript" });
  for (;;) {
    try {
      // Waits up to 25 seconds for commands. The open request is the heartbeat.
      const { commands } = await call("GET", "/bot/${id}/commands?wait=25");
      for (const { id, type } of commands) {
        const isKnown = type === "ping";
        await call("POST", "/commands/" + id + "/ack", {
          status: isKnown ? "completed" : "failed",
          result: isKnown ? { pong: true } : { error: "I only know ping" },
        });
      }
    } catch (error) {
      console.error(error);
      await new Promise((resolve) => setTimeout(resolve, 5000));
    }
  }
}

main();`,
});

const quotedForShell = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

function shells({ origin, id, botId, token }: Names): Snippet[] {
  return [
    {
      name: "Any program",
      code: `# Runs the program as a bot: its output becomes logs, and it is restarted after a crash.
export MUSTER_URL='${origin}' BOT_ID=${quotedForShell(botId)} BOT_TOKEN='${token}'
npx --yes --package ${origin}/clients/muster-cli.tgz muster run -- python3 my_bot.py`,
    },
    {
      name: "curl",
      code: `curl -X POST '${origin}/api/bot/${id}/status' -H 'Authorization: Bearer ${token}' \\
  -H 'Content-Type: application/json' -d '{"status":"online"}'
curl -X POST '${origin}/api/bot/${id}/logs' -H 'Authorization: Bearer ${token}' \\
  -H 'Content-Type: application/json' -d '{"type":"info","message":"Hello from curl"}'
# Fetch a command, then answer it by its id.
curl '${origin}/api/bot/${id}/commands?wait=25' -H 'Authorization: Bearer ${token}'
curl -X POST '${origin}/api/commands/COMMAND_ID/ack' -H 'Authorization: Bearer ${token}' \\
  -H 'Content-Type: application/json' -d '{"status":"completed","result":{"pong":true}}'`,
    },
  ];
}
