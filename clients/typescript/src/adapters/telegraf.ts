/**
 * Makes a Telegraf bot manageable: status, groups, logs, rate limits, messages if wanted, and the commands send_message,
 * restart and stop.
 */
import type { Context, Telegraf } from "telegraf";
import type { MusterBot } from "../bot.js";
import type { ManageOptions } from "../managed.js";
import { createTelegramReports, type TelegramFailure } from "../telegram.js";

/** Telegraf throws a refusal as an error that holds Telegram's answer in `response`. */
const failureOf = (error: unknown): TelegramFailure | "unreachable" =>
  (error as { response?: TelegramFailure }).response ?? "unreachable";

/**
 * Call it before the bot's own handlers are added and before `bot.launch()`; it starts and stops the Muster side itself.
 *
 * Status is "online" while Telegram answers getUpdates, "conflict" while another program or a webhook takes the updates, and
 * "disconnected" while Telegram does not answer. Each group the bot is seen in is synced. An error of the bot's
 * handlers is logged, and then handled as `bot.catch` says.
 */
export function manageTelegraf<C extends Context>(
  bot: Telegraf<C>,
  muster: MusterBot,
  options: ManageOptions = {},
): void {
  const reports = createTelegramReports(muster, options);
  muster.setLibrary("Telegraf");
  watch(bot.telegram, reports);

  bot.use((context, next) => {
    // Each update has a connection of its own, so that the calls of `context.reply` do not pass the one of the bot.
    watch(context.telegram, reports);
    return reports.handle(context.message, next);
  });

  muster
    .onCommand("send_message", async ({ payload }) => {
      const sent = await bot.telegram.sendMessage(String(payload.thread_id), String(payload.message));
      return { message_id: sent.message_id };
    })
    .onCommand("restart", () => {
      bot.stop("restart");
      // Do not await it: it resolves only when the bot stops.
      bot.launch().catch((error) => muster.log("error", `The bot could not start again: ${error.message}`));
      return { restarted: true };
    })
    .onCommand("stop", () => {
      bot.stop("stop");
      void muster.stop();
      return { stopped: true };
    })
    .start();
}

type Caller = Pick<Telegraf["telegram"], "callApi">;

/** Reports each call of a connection. Replaces its `callApi`, through which all methods go. */
function watch(telegram: Caller, reports: ReturnType<typeof createTelegramReports>): void {
  const call = telegram.callApi.bind(telegram);
  telegram.callApi = async (method, payload, client) => {
    try {
      const answer = await call(method, payload, client);
      reports.called(method);
      return answer;
    } catch (error) {
      // stop() aborts the running poll; do not report that as an outage.
      if ((error as Error).name !== "AbortError") reports.called(method, failureOf(error));
      throw error;
    }
  };
}
