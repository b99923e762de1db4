/** The request budget of everything Next serves: pages, and next-auth's paths. */
import type { App } from "@/lib/app";
import { callerKey } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { plainPage } from "@/lib/core/format/plain-page";
import type { Incoming } from "./body/incoming";
import { readCookie, SESSION_COOKIE } from "./cookies";
import { countRequest } from "./rate-limit";
import type { Reply } from "./reply";
import { PLAIN_POLICY, SAFE_HEADERS } from "./safe-headers";
import { errorReply } from "./steps/reply";

/**
 * Counts what Next is to serve against the person of the session, else the address. A page's static files are not
 * counted: they cost next to nothing, and one page needs many.
 *
 * @param isApi next-auth's paths, whose answers are JSON
 * @returns the refusal, when it was one too many
 */
export async function overPageBudget(
  { accounts }: Pick<App, "accounts">,
  req: Incoming,
  isApi: boolean,
): Promise<Reply | undefined> {
  if (req.path.startsWith("/_next/static/")) return undefined;
  const cookie = readCookie(req.header("cookie"), SESSION_COOKIE);
  // While the database is unreachable, count by address; the page itself shows the error.
  const person = cookie ? await accounts.bySessionToken(cookie).catch(() => null) : null;
  try {
    countRequest("page", callerKey(person ?? { kind: "public", ip: req.ip }));
    return undefined;
  } catch (error) {
    const reply = errorReply(error, "botManager", req);
    return isApi || !(error instanceof AppError) ? reply : refusal(reply, error);
  }
}

/** A refusal as a person reads it, when there is no time for a page of the console. */
const refusal = (reply: Reply, { message, retryAfter }: AppError): Reply => ({
  status: reply.status,
  headers: {
    ...reply.headers,
    ...SAFE_HEADERS,
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": PLAIN_POLICY,
  },
  body: plainPage({ title: message, text: `Too many pages were opened. Try again in ${retryAfter} seconds.` }),
});
