/** Makes a grammY bot manageable: status, message log, chats, and the commands send_message, restart and stop. */
import type { Bot, Context } from "grammy";
import type { MusterBot } from "../bot.js";

/**
 * Telegram's error code when another program polls with the same token, or when a webhook is set. The error's
 * description says which of the two it is.
 */
const CONFLICT = 409;
const STARTS = { drop_pending_updates: false };

/**
 * Call it before the bot's own handlers are added and before `bot.start()`; it starts and stops the Muster side itself.
 *
 * Status is "online" while Telegram answers getUpdates, "conflict" while another program or a webhook takes the updates, and
 * "disconnected" while Telegram does not answer. Every message the bot gets
 * is recorded, and each group it is seen in is synced.
 */
export function manageGrammy<C extends Context>(bot: Bot<C>, muster: MusterBot): void {
  const groups = new Map<number, { id: string; name: string }>();
  let status = "online";
  const report = (word: string, data?: { reason: string }) => {
    if (word === status) return;
    status = word;
    if (data) muster.log("warning", `Another program takes this bot's updates. Telegram says: ${data.reason}`);
    muster.status(word, data).catch((error) => muster.log("warning", `The status was refused: ${error.message}`));
  };

  bot.api.config.use(async (previous, method, payload, signal) => {
    if (method !== "getUpdates") return previous(method, payload, signal);
    try {
      const answer = await previous(method, payload, signal);
      if (answer.ok) report("online");
      else if (answer.error_code === CONFLICT) report("conflict", { reason: answer.description });
      else report("disconnected");
      return answer;
    } catch (error) {
      // stop() aborts the running poll; do not report that as an outage.
      if (!signal?.aborted) report("disconnected");
      throw error;
    }
  });

  bot.use(async (context, next) => {
    const { message, chat } = context;
    if (message && chat) {
      const group = chat.type !== "private";
      muster.message({
        message: message.text ?? message.caption ?? "(no text)",
        author_id: String(message.from?.id ?? chat.id),
        author_name: message.from?.username ?? message.from?.first_name ?? "",
        thread_id: String(chat.id),
        thread_type: group ? "GROUP" : "USER",
        timestamp: message.date,
        metadata: { message_id: message.message_id },
      });
      if (group && groups.get(chat.id)?.name !== chat.title) {
        groups.set(chat.id, { id: String(chat.id), name: chat.title ?? "" });
        muster
          .sync({ groups: [...groups.values()] })
          .catch((error) => muster.log("warning", `The groups were refused: ${error.message}`));
      }
    }
    await next();
  });

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
