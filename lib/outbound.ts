/**
 * Outgoing HTTP. Addresses that people type in (webhooks, push endpoints, downloads) may not reach the networks this server
 * can reach and they cannot: the address a name resolves to is checked when the connection is made, on every hop, so
 * neither a redirect nor a name that changes its mind gets past. OUTBOUND_ALLOW_CIDRS names exceptions.
 */

import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import type { Dispatcher } from "undici";
import { env } from "./env";
import { AppError } from "./errors";
import { singleton } from "./singleton";

const CONNECT_MS = 10_000;
/** Loaded with the first request: a start waits for nothing that it does not need. */
const undici = () => import("undici");
const allowed = env.OUTBOUND_ALLOW_CIDRS.map((cidr) =>
  ipaddr.parseCIDR(cidr.includes("/") ? cidr : `${cidr}/${isIP(cidr) === 6 ? 128 : 32}`),
);

class ForbiddenAddress extends Error {
  override readonly name = "ForbiddenAddress";
}

/** May an outgoing connection go to this address? Only to public unicast ones, and to what OUTBOUND_ALLOW_CIDRS names. */
export function mayConnect(address: string): boolean {
  if (!ipaddr.isValid(address.split("%")[0]!)) return false;
  // `process` unwraps IPv4 written as IPv6.
  const ip = ipaddr.process(address.split("%")[0]!);
  if (allowed.some(([net, bits]) => net.kind() === ip.kind() && ip.match([net, bits] as never))) return true;
  // Global unicast IPv6 is 2000::/3; old IPv4-in-IPv6 forms outside it have names of their own in no table.
  return ip.range() === "unicast" && (ip.kind() === "ipv4" || (ip.toByteArray()[0]! & 0xe0) === 0x20);
}

const refuse = (host: string) => new ForbiddenAddress(`${host} is not a public address`);

/** dns.lookup that fails when any of the answers is forbidden: a name with one public and one private answer is an attack. */
const guardedLookup: LookupFunction = (host, options, callback) =>
  lookup(host, { ...options, all: true }, (error, answers) => {
    if (error) return callback(error, "", 0);
    if (answers.length === 0 || answers.some(({ address }) => !mayConnect(address)))
      return callback(refuse(host), "", 0);
    if (options.all) return callback(null, answers);
    callback(null, answers[0]!.address, answers[0]!.family);
  });

/** Connections to public addresses only; for streams that `outbound` is too small for. */
export const guardedAgent = (): Promise<Dispatcher> => singleton("guardedAgent", makeGuarded);

async function makeGuarded(): Promise<Dispatcher> {
  const { Agent, buildConnector } = await undici();
  const connector = buildConnector({ timeout: CONNECT_MS, lookup: guardedLookup });
  return new Agent({
    connect: (options, callback) => {
      // An address written out is never looked up, so it is judged here.
      const host = options.hostname.replace(/^\[|\]$/g, "");
      if (isIP(host) && !mayConnect(host)) return callback(refuse(host), null);
      connector(options, callback);
    },
  });
}

const trustedAgent = (): Promise<Dispatcher> =>
  singleton("trustedAgent", async () => new (await undici()).Agent({ connect: { timeout: CONNECT_MS } }));

/** Why a host may not be asked, judged by what it stands for now; null when it may, an Error when it cannot be looked up. */
async function objection(hostname: string, ms: number): Promise<Error | null> {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host)) return mayConnect(host) ? null : refuse(host);
  return new Promise((resolve) => {
    setTimeout(() => resolve(new Error("no answer in time")), ms).unref();
    guardedLookup(host, { all: true }, (error) => resolve(error));
  });
}

/**
 * Refuses an address early: written out, or what its name stands for now. The connection is judged again when it is made.
 *
 * @param ms how long the name may take; one that cannot be looked up passes
 * @throws INVALID_INPUT
 */
export async function refuseForbidden(url: URL, ms: number): Promise<void> {
  const found = await objection(url.hostname, ms);
  if (found instanceof ForbiddenAddress) throw explained(found, url, false);
}

/** For connections somebody else makes: may this host be asked? One that cannot be looked up within `ms` may not. */
export const mayAsk = async (host: string, ms: number): Promise<boolean> => (await objection(host, ms)) === null;

export type OutboundRequest = {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** For the whole exchange, in milliseconds. */
  timeoutMs?: number;
  /** Largest accepted answer. */
  maxBytes?: number;
  /** How many redirects are followed; credentials are dropped when one leaves the origin. */
  redirects?: number;
  /** Set only for a base URL from the environment: whoever runs the server may name an address on their own network. */
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
 * One request, its answer read whole. Any status is an answer; what is thrown is that there was none.
 *
 * @throws INVALID_INPUT a URL that is not http(s), or an address that is not public
 * @throws GATEWAY_TIMEOUT no whole answer within `timeoutMs`; BAD_GATEWAY it could not be reached, or answered too much
 */
export async function outbound(url: string, options: OutboundRequest = {}): Promise<OutboundReply> {
  const { timeoutMs = 10_000, maxBytes = 1_048_576, redirects = 3, trusted = false } = options;
  const signals = [AbortSignal.timeout(timeoutMs), ...(options.signal ? [options.signal] : [])];
  const signal = AbortSignal.any(signals);
  let at = parseUrl(url);
  let { method = "GET", headers = {}, body } = options;
  const { request } = await undici();
  try {
    for (let hop = 0; ; hop++) {
      const reply = await request(at, {
        method,
        headers,
        body,
        signal,
        dispatcher: await (trusted && hop === 0 ? trustedAgent() : guardedAgent()),
      });
      const location = reply.headers.location;
      if (reply.statusCode >= 300 && reply.statusCode < 400 && typeof location === "string" && hop < redirects) {
        await reply.body.dump();
        const to = parseUrl(new URL(location, at).href);
        if (to.origin !== at.origin) headers = withoutCredentials(headers);
        if (reply.statusCode === 303 || (reply.statusCode < 303 && method === "POST")) {
          method = "GET";
          body = undefined;
        }
        at = to;
        continue;
      }
      return {
        status: reply.statusCode,
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

/** What a failed exchange is called: INVALID_INPUT a forbidden address, GATEWAY_TIMEOUT, else BAD_GATEWAY. */
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
