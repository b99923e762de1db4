/** `user:password@` in addresses: stored sealed, sent only to their own origin, and never shown. */

import { readJson } from "@/lib/core/format/json";
import { parseUrl } from "@/lib/core/outbound/index";
import { seal, unseal } from "@/lib/core/secrets";

/** Splits an http(s) address from its credentials and seals them; null when it has none. @throws INVALID_INPUT */
export function splitCredentials(text: string): { url: string; credentials: string | null } {
  const url = parseUrl(text);
  if (!url.username && !url.password) return { url: text, credentials: null };
  const credentials = seal(JSON.stringify([url.username, url.password]));
  [url.username, url.password] = ["", ""];
  return { url: url.href, credentials };
}

/** Returns the address with its credentials, for the request. */
export function withCredentials(text: string, credentials: string | null): string {
  if (!credentials) return text;
  const url = new URL(text);
  [url.username, url.password] = readJson<[string, string]>(unseal(credentials));
  return url.href;
}

/**
 * Returns the address without its credentials, for display. Transfers from before credentials were sealed contain them
 * in the address.
 */
export function maskedUrl(text: string, credentials: string | null): string {
  if (!/^https?:/i.test(text) || !URL.canParse(text)) return text;
  const url = new URL(text);
  if (!credentials && !url.username && !url.password) return text;
  [url.username, url.password] = ["***", ""];
  return url.href;
}
