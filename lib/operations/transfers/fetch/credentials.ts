/** `user:password@` of addresses: stored sealed, sent to their origin alone, and shown to nobody. */

import { readJson } from "@/lib/core/format/json";
import { parseUrl } from "@/lib/core/outbound/index";
import { seal, unseal } from "@/lib/core/secrets";

/** An http(s) address without its credentials, and those sealed; null when it has none. @throws INVALID_INPUT */
export function splitCredentials(text: string): { url: string; credentials: string | null } {
  const url = parseUrl(text);
  if (!url.username && !url.password) return { url: text, credentials: null };
  const credentials = seal(JSON.stringify([url.username, url.password]));
  [url.username, url.password] = ["", ""];
  return { url: url.href, credentials };
}

/** The address as it is fetched. */
export function withCredentials(text: string, credentials: string | null): string {
  if (!credentials) return text;
  const url = new URL(text);
  [url.username, url.password] = readJson<[string, string]>(unseal(credentials));
  return url.href;
}

/** The address as it is shown. Transfers from before credentials were sealed have them in it. */
export function maskedUrl(text: string, credentials: string | null): string {
  if (!/^https?:/i.test(text) || !URL.canParse(text)) return text;
  const url = new URL(text);
  if (!credentials && !url.username && !url.password) return text;
  [url.username, url.password] = ["***", ""];
  return url.href;
}
