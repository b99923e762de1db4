/** The bots that a query names. Browser-safe. */
import { FILTER_BOTS_MAX } from "../contract.constants";

type NamedBot = { id: string; name: string };
/** Bots whose name or id contains a text, and the number of all of them. */
export type FoundBots = { bots: readonly NamedBot[]; count: number };

/**
 * Returns the bots that a text names: the bot with that id, else those with exactly that name, else every bot whose
 * name or id contains the text. A text when there is no such bot, or there are too many.
 */
export function botsNamed(text: string, { bots, count }: FoundBots): readonly NamedBot[] | string {
  const lower = text.toLowerCase();
  const exact = bots.filter((bot) => bot.id === text || bot.name.toLowerCase() === lower);
  if (exact.length > 0) return exact;
  const found = bots.filter((bot) => bot.name.toLowerCase().includes(lower) || bot.id.toLowerCase().includes(lower));
  // A list of bots ends at its page, so its count may exceed the number of bots listed here.
  const total = count > bots.length ? count : found.length;
  if (found.length === 0) return `No bot named "${text}"`;
  if (total > found.length || total > FILTER_BOTS_MAX)
    return `"${text}" matches ${total.toLocaleString("en")} bots: type more of the name`;
  return found;
}
