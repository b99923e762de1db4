/** Security headers of pages: a fresh CSP nonce per request, which Next and our root layout put on their scripts. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { env } from "@/lib/core/env";
import { BUILD_HEADER } from "@/lib/core/page-headers";
import { BUILD_ID } from "@/lib/core/startup/build";
import { PLAIN_POLICY, SAFE_HEADERS } from "@/lib/edge/http";

/** Headers of static files, and of plain pages. */
export const PLAIN_HEADERS = { ...SAFE_HEADERS, "content-security-policy": PLAIN_POLICY };

/** Sets the headers of a page on both the request (Next reads the nonce there) and the response. */
export function securePage(req: IncomingMessage, res: ServerResponse): void {
  const nonce = randomBytes(16).toString("base64");
  // React's development build evaluates code for its error overlays.
  const script = `'self' 'nonce-${nonce}' 'strict-dynamic'${env.production ? "" : " 'unsafe-eval'"}`;
  const policy = [
    "default-src 'self'",
    `script-src ${script}`,
    "worker-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
  req.headers["x-nonce"] = nonce;
  // A page compares this build with the one that later answers name. A later build may be on disk by now.
  req.headers[BUILD_HEADER] = BUILD_ID;
  // The path to return to after signing in. A layout cannot learn its path in any other way.
  req.headers["x-pathname"] = (req.url ?? "/").replace(/([?&])_rsc=[^&]*(&|$)/, "$1").replace(/[?&]$/, "");
  req.headers["content-security-policy"] = policy;
  for (const [name, value] of Object.entries({ ...SAFE_HEADERS, "content-security-policy": policy }))
    res.setHeader(name, value);
}
