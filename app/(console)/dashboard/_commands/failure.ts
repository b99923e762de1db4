/** Says why a command failed. */
import { cutText } from "@/lib/core/format/text";
import type { Command } from "@/lib/fleet/commands/contract";

/** The characters of a reason that a row of a list shows. */
const SHOWN_MAX = 200;

/** Why the server or a person ended a command that the bot did not finish. */
export const REASON_TEXTS = {
  cancelled: "Cancelled before the bot finished",
  expired: "Expired before the bot fetched it",
  dead: "Given up after the maximum number of attempts",
} as const;

type Ended = Pick<Command, "status" | "reason" | "result">;

/**
 * Returns why a command failed, in the bot's own words where its result has any. Undefined for a command that did not
 * fail, that a person cancelled, or whose bot gave no reason.
 */
export function failureOf({ status, reason, result }: Ended): string | undefined {
  if (status !== "failed" || reason === "cancelled") return undefined;
  if (reason) return REASON_TEXTS[reason];
  const said = [result?.error, result?.message, result?.reason].find(
    (text): text is string => typeof text === "string" && text.trim() !== "",
  );
  return said === undefined ? undefined : cutText(said, SHOWN_MAX);
}

/** Returns why a failed or cancelled command has no result. It never is empty. */
export const failureText = (command: Ended): string =>
  failureOf(command) ??
  (command.reason === "cancelled" ? REASON_TEXTS.cancelled : "The bot reported a failure without a reason");
