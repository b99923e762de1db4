/** The rule for addresses that receive what is confidential. */
import { env } from "@/lib/core/env";
import { invalid } from "@/lib/core/errors";
import { withinRanges } from "@/lib/core/ip-ranges";

/** An address within the networks for which the server's admin made an exception. */
const isAllowedPrivate = withinRanges(env.OUTBOUND_ALLOW_CIDRS);

/** Requires https, or http to an address in OUTBOUND_ALLOW_CIDRS. @throws AppError INVALID_INPUT for the field `url` */
export function demandSecureUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isPlain = parsed?.protocol === "http:" && isAllowedPrivate(parsed.hostname.replace(/^\[|\]$/g, ""));
  if (!parsed || (parsed.protocol !== "https:" && !isPlain))
    throw invalid("url", "must be an https:// address; http:// is only for addresses in OUTBOUND_ALLOW_CIDRS");
  return parsed;
}
