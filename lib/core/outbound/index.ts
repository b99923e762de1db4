/**
 * Outgoing HTTP. Addresses that people type in (webhooks, push endpoints, downloads) may not reach the networks this server
 * can reach and they cannot: the address a name resolves to is checked when the connection is made, on every hop, so
 * neither a redirect nor a name that changes its mind gets past. OUTBOUND_ALLOW_CIDRS names exceptions.
 */
import { AppError } from "@/lib/core/errors";
import { ForbiddenAddress, objection } from "./guard";
import { exchange, redirectOf } from "./request";

/**
 * Refuses an address early, whether it is a literal IP or what its name resolves to now. It is checked again on connecting.
 *
 * @param ms how long the name may take; one that cannot be looked up passes
 * @throws INVALID_INPUT
 */
export async function refuseForbidden(url: URL, ms: number): Promise<void> {
  const found = await objection(url.hostname, ms);
  if (found instanceof ForbiddenAddress) throw explained(found, url, false);
}

export type OutboundRequest = {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** The limit for the whole exchange, in milliseconds. */
  timeoutMs?: number;
  /** The most bytes of an answer. */
  maxBytes?: number;
  /** How many redirects are followed; credentials are dropped when one leaves the origin. */
  redirects?: number;
  /**
   * Follows only 307 and 308, which keep method and body: other redirects would turn a delivered message into a GET.
   */
  keepsMethod?: boolean;
  /** Refuses a redirect from https to http, which would send the body where others can read it. */
  keepsTls?: boolean;
  /**
   * Allows private addresses. Set only for a base URL from the environment: whoever runs the server may name an address
   * on their own network.
   */
  trusted?: boolean;
  signal?: AbortSignal;
};
export type OutboundReply = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  url: string;
};

/**
 * Sends one request and reads the whole answer. Any status counts as an answer; errors mean that there was none.
 *
 * @throws INVALID_INPUT a URL that is not http(s), or an address that is not public
 * @throws GATEWAY_TIMEOUT no whole answer within `timeoutMs`; BAD_GATEWAY it could not be reached, or answered too much
 */
export async function outbound(url: string, options: OutboundRequest = {}): Promise<OutboundReply> {
  const { timeoutMs = 10_000, maxBytes = 1_048_576, redirects = 3, keepsMethod = false, trusted = false } = options;
  const signals = [AbortSignal.timeout(timeoutMs), ...(options.signal ? [options.signal] : [])];
  const signal = AbortSignal.any(signals);
  let at = parseUrl(url);
  let { method = "GET", headers = {}, body } = options;
  try {
    for (let hop = 0; ; hop++) {
      const reply = await exchange(at, { method, headers, body, signal, trusted: trusted && hop === 0 });
      const isFollowed = hop < redirects && (!keepsMethod || reply.status === 307 || reply.status === 308);
      const location = isFollowed ? redirectOf(reply, at) : null;
      if (location) {
        reply.body.destroy();
        const to = parseUrl(location);
        if (options.keepsTls && at.protocol === "https:" && to.protocol !== "https:")
          throw new AppError("BAD_GATEWAY", `${at.host} redirects to an address without https`);
        if (to.origin !== at.origin) headers = withoutCredentials(headers);
        if (reply.status === 303 || (reply.status < 303 && method === "POST")) {
          method = "GET";
          body = undefined;
        }
        at = to;
        continue;
      }
      return {
        status: reply.status,
        headers: reply.headers,
        body: await whole(reply.body, maxBytes),
        url: at.href,
      };
    }
  } catch (error) {
    throw explained(error, at, signals[0]!.aborted);
  }
}

/** @throws INVALID_INPUT when it is no http or https address */
export function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw new AppError("INVALID_INPUT", "url: must be an http or https address", { field: "url" });
  return url;
}

const CREDENTIALS = new Set(["authorization", "cookie", "proxy-authorization", "x-api-key"]);
const withoutCredentials = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !CREDENTIALS.has(name.toLowerCase())));

async function whole(body: AsyncIterable<Buffer>, max: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > max) throw new AppError("BAD_GATEWAY", `The answer is larger than the ${max} bytes accepted here`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Maps a failed exchange to an error: INVALID_INPUT for a forbidden address, GATEWAY_TIMEOUT, else BAD_GATEWAY. */
export function explained(error: unknown, url: URL, timedOut: boolean): unknown {
  if (error instanceof AppError) return error;
  if (timedOut) return new AppError("GATEWAY_TIMEOUT", `${url.host} did not answer in time`);
  for (let at = error as { cause?: unknown } | undefined; at; at = at.cause as typeof at)
    if (at instanceof ForbiddenAddress)
      return new AppError(
        "INVALID_INPUT",
        `url: ${url.host} is not a public address; OUTBOUND_ALLOW_CIDRS may allow it`,
        { field: "url" },
      );
  const code = (error as { code?: string }).code;
  return new AppError("BAD_GATEWAY", `${url.host} could not be reached${code ? ` (${code})` : ""}`);
}
