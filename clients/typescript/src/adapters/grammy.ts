/**
 * Makes a grammY bot manageable: status, groups, logs, rate limits, messages if wanted, and the commands send_message,
 * restart and stop.
 */
import type { Bot, Context } from "grammy";
import type { MusterBot } from "../bot.js";
import type { ManageOptions } from "../managed.js";
import { createTelegramReports } from "../telegram.js";

const STARTS = { drop_pending_updates: false };

/**
 * Call it before the bot's own handlers are added and before `bot.start()`; it starts and stops the Muster side itself.
 *
 * Status is "online" while Telegram answers getUpdates, "conflict" while another program or a webhook takes the updates, and
 * "disconnected" while Telegram does not answer. Each group the bot is seen in is synced. An error of the bot's
 * handlers is logged, and then handled as `bot.catch` says.
 */
export function manageGrammy<C extends Context>(bot: Bot<C>, muster: MusterBot, options: ManageOptions = {}): void {
  const reports = createTelegramReports(muster, options);
  muster.setLibrary("grammY");

  bot.api.config.use(async (previous, method, payload, signal) => {
    try {
      const answer = await previous(method, payload, signal);
      reports.called(method, answer.ok ? undefined : answer);
      return answer;
    } catch (error) {
      // stop() aborts the running poll; do not report that as an outage.
      if (!signal?.aborted) reports.called(method, "unreachable");
      throw error;
    }
  });

  bot.use((context, next) => reports.handle(context.message, next));

  muster
    .onCommand("send_message", async ({ payload }) => {
      const sent = await bot.api.sendMessage(String(payload.thread_id), String(payload.message));
      return { message_id: sent.message_id };
    })
    .onCommand("restart", async () => {
      await bot.stop();
      // Do not await it: it resolves only when the bot stops.
      bot.start(STARTS).catch((error) => muster.log("error", `The bot could not start again: ${error.message}`));
      return { restarted: true };
    })
    .onCommand("stop", async () => {
      await bot.stop();
      void muster.stop();
      return { stopped: true };
    })
    .start();
}
