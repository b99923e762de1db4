/** The search of the palette, read as an action on a bot: "restart greeter", "send to greeter", "logs of greeter". */

export type BotVerb = "restart" | "send" | "logs";

const SPOKEN = /^(restart|send|logs)\s+(?:(?:to|of)\s+)?(.*)$/is;

/**
 * Splits a search into an action and the text that names its bot. Without an action, all of it is searched for. An action
 * counts once a space follows, so that "logs" still finds the page.
 */
export function readAsk(text: string): { verb?: BotVerb; search: string } {
  const spoken = SPOKEN.exec(text.trimStart());
  if (!spoken) return { search: text.trim() };
  return { verb: spoken[1]?.toLowerCase() as BotVerb, search: (spoken[2] ?? "").trim() };
}

/** Returns the command id that was typed or pasted, if the whole search is one. */
export const readCommandId = (text: string): string | null => /^cmd_\w{12,64}$/.exec(text.trim())?.[0] ?? null;
