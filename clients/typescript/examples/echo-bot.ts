/**
 * A bot that answers. Run it with:
 *
 *   MUSTER_URL=http://localhost:5000 BOT_ID=bot_… BOT_TOKEN=… npx tsx clients/typescript/examples/echo-bot.ts
 */
import { setTimeout as sleep } from "node:timers/promises";
import { MusterBot } from "../src/index.js";

const { MUSTER_URL: url = "http://localhost:5000", BOT_ID: botId, BOT_TOKEN: token } = process.env;
if (!botId || !token) {
  console.error("Set BOT_ID and BOT_TOKEN (and MUSTER_URL): create a bot in the console, it shows both.");
  process.exit(2);
}

const bot = new MusterBot({ url, botId, token, onState: (state) => console.log(`link: ${state}`) });

async function quit() {
  await bot.stop();
  process.exit(0);
}

bot
  .onCommand("ping", () => ({ pong: true, uptime_s: Math.round(process.uptime()) }))
  .onCommand("echo", (command) => command.payload)
  .onCommand("fail", (command) => {
    throw new Error(String(command.payload.error ?? "told to fail"));
  })
  .onCommand("send_message", (command, { log }) => {
    const { thread_id = "console", thread_type, message = "" } = command.payload;
    bot.message({
      message: `You said: ${message}`,
      author_id: bot.id,
      author_name: "Echo",
      thread_id: String(thread_id),
      thread_type: thread_type === "GROUP" ? "GROUP" : "USER",
      metadata: { in_reply_to: command.id },
    });
    log("info", `Answered in thread ${thread_id}`);
    return { delivered: true };
  })
  .onCommand("restart", async (_, { log }) => {
    log("warning", "Restarting");
    await bot.status("restarting");
    await sleep(1500);
    await bot.status("online");
    log("info", "Back after the restart");
  })
  .onCommand("stop", (_, { log }) => {
    log("warning", "Stopping, as told");
    // Do not await `quit`: stop() waits for this handler, delivers its result, and then disconnects.
    setImmediate(quit);
  })
  .onSettings((settings, version) => bot.log("info", `Settings version ${version}`, settings))
  .start();

bot.log("info", "Echo bot started", { pid: process.pid, node: process.version });
process.once("SIGINT", quit).once("SIGTERM", quit);
