/** The work that the adapters of Telegram's libraries share: reading updates and the outcomes of calls. */
import type { MusterBot } from "./bot.js";
import { createReports, type ManageOptions } from "./managed.js";

/**
 * Telegram's error code when another program polls with the same token, or when a webhook is set. The error's
 * description says which of the two it is.
 */
const CONFLICT = 409;
const TOO_MANY_REQUESTS = 429;

/** The parts of an update's message that are used here, as Telegram's Bot API names them. */
export type TelegramMessage = {
  message_id: number;
  date: number;
  from?: { id: number; username?: string; first_name: string };
  chat: { id: number; type: string; title?: string };
  text?: string;
  caption?: string;
};
export type TelegramFailure = { error_code: number; description: string; parameters?: { retry_after?: number } };

/** Watches the calls and the messages of one bot. Libraries differ in where they offer them, and in nothing else. */
export function createTelegramReports(muster: MusterBot, options: ManageOptions) {
  const reports = createReports(muster, options);
  const groups = new Map<number, { id: string; name: string }>();
  let status = "online";
  const report = (word: string, data?: { reason: string }) => {
    if (word === status) return;
    status = word;
    if (data) muster.log("warning", `Another program takes this bot's updates. Telegram says: ${data.reason}`);
    reports.status(word, data);
  };

  function heard(message: TelegramMessage): void {
    const { chat, from } = message;
    const isGroup = chat.type !== "private";
    if (options.messages)
      muster.message({
        message: message.text ?? message.caption ?? "(no text)",
        author_id: String(from?.id ?? chat.id),
        author_name: from?.username ?? from?.first_name ?? "",
        thread_id: String(chat.id),
        thread_type: isGroup ? "GROUP" : "USER",
        timestamp: message.date,
        metadata: { message_id: message.message_id },
      });
    const name = chat.title ?? "";
    if (!isGroup || groups.get(chat.id)?.name === name) return;
    groups.set(chat.id, { id: String(chat.id), name });
    reports.sync({ groups: [...groups.values()] });
  }
  /** Logs an error of the bot's own handlers. */
  function failed(error: unknown): void {
    if (options.logs === false) return;
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    muster.log("error", message, { stack });
  }

  return {
    /** Called after each call: `failure` is Telegram's refusal, or "unreachable"; undefined after a success. */
    called(method: string, failure?: TelegramFailure | "unreachable"): void {
      if (failure && failure !== "unreachable" && failure.error_code === TOO_MANY_REQUESTS)
        reports.limited(failure.parameters?.retry_after ?? 0);
      if (method !== "getUpdates") return;
      if (!failure) report("online");
      else if (failure !== "unreachable" && failure.error_code === CONFLICT)
        report("conflict", { reason: failure.description });
      else report("disconnected");
    },
    /** Reads the message of an update, if it has one, and lets the bot handle the update. Its error is logged and thrown on. */
    async handle(message: TelegramMessage | undefined, next: () => Promise<unknown>): Promise<void> {
      if (message) heard(message);
      try {
        await next();
      } catch (error) {
        failed(error);
        throw error;
      }
    },
  };
}
