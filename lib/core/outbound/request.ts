/**
 * One HTTP exchange by node:http. undici is not used for it: its parser asserts that it is not paused when a server closes
 * the connection, so a slow reader of an answer without a length would end the process.
 */
import {
  Agent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { isIP } from "node:net";
import { guardedLookup, mayConnect, refuse } from "./guard";

const CONNECT_MS = 10_000;
/** Shorter than the 5 s after which most servers close an idle connection. */
const KEEP_ALIVE_MS = 4_000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Methods that may be sent again when a kept connection turns out to be closed. */
const REPEATABLE = new Set(["GET", "PUT", "DELETE"]);

type ExchangeRequest = {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  signal?: AbortSignal;
  /** Allows any address: for a base URL from the environment. */
  trusted?: boolean;
  /** Longest silence before the answer's headers arrive, in milliseconds. */
  idleMs?: number;
};
export type Exchange = {
  status: number;
  /** Bytes beyond ASCII are read as Latin-1; see `headerText`. */
  headers: IncomingHttpHeaders;
  body: IncomingMessage;
};

/** Connections are kept per kind: a guarded request must never use one that was made without its guard. */
const transports = new Map<string, Promise<{ request: typeof httpRequest; agent: Agent }>>();

function transportOf(protocol: string, isTrusted: boolean) {
  const key = `${protocol} ${isTrusted}`;
  const made = transports.get(key) ?? makeTransport(protocol);
  transports.set(key, made);
  return made;
}

async function makeTransport(protocol: string) {
  const options = { keepAlive: true, timeout: KEEP_ALIVE_MS };
  if (protocol === "http:") return { request: httpRequest, agent: new Agent(options) };
  // TLS is loaded with the first request that needs it.
  const https = await import("node:https");
  return { request: https.request, agent: new https.Agent(options) };
}

const timeout = (message: string) => Object.assign(new Error(message), { code: "ETIMEDOUT" });

/**
 * Sends one request and resolves with the head of its answer; redirects are not followed. `user:password@` of the URL is
 * sent as Basic credentials unless `headers` has an `authorization`. The body fails with the signal's reason when aborted.
 *
 * @throws ForbiddenAddress, the signal's reason, and what the network throws
 */
export async function exchange(url: URL, options: ExchangeRequest = {}): Promise<Exchange> {
  const { method = "GET", signal, trusted = false } = options;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // A literal IP address is never looked up, so check it here.
  if (!trusted && isIP(host) && !mayConnect(host)) throw refuse(host);
  const { request, agent } = await transportOf(url.protocol, trusted);
  signal?.throwIfAborted();
  const requestOptions: RequestOptions = {
    method,
    agent,
    host,
    port: url.port || undefined,
    path: url.pathname + url.search,
    headers: headersOf(url, options),
    ...(!trusted && { lookup: guardedLookup }),
  };
  const attempt = (over: RequestOptions) => send(request, { ...requestOptions, ...over }, options);
  try {
    return await attempt({});
  } catch (error) {
    if (!(error instanceof StaleConnection)) throw error;
    if (!REPEATABLE.has(method)) throw error.cause;
    return await attempt({ agent: false });
  }
}

/** The server had closed a kept-alive connection before the request reached it. */
class StaleConnection extends Error {}

function send(
  request: typeof httpRequest,
  requestOptions: RequestOptions,
  { body, signal, idleMs }: ExchangeRequest,
): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const sent = request(requestOptions);
    let answer: IncomingMessage | undefined;
    const abort = () => {
      answer?.destroy(signal!.reason);
      sent.destroy(signal!.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
    if (idleMs) sent.setTimeout(idleMs, () => !answer && sent.destroy(timeout("no answer in time")));
    sent.once("socket", (socket) => {
      if (!socket.connecting) return;
      const timer = setTimeout(() => sent.destroy(timeout("no connection in time")), CONNECT_MS);
      const clear = () => clearTimeout(timer);
      socket.once("connect", clear).once("close", clear);
    });
    sent.once("response", (response) => {
      answer = response;
      // The reader of the body receives its errors; without this listener an error would end the process.
      response.on("error", () => {});
      response.once("close", () => signal?.removeEventListener("abort", abort));
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response });
    });
    sent.on("error", (error: NodeJS.ErrnoException) => {
      if (!answer) signal?.removeEventListener("abort", abort);
      const isStale = sent.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
      reject(isStale ? new StaleConnection("closed", { cause: error }) : error);
    });
    sent.end(body);
  });
}

function headersOf(url: URL, { headers = {}, body }: ExchangeRequest): Record<string, string> {
  const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const more: Record<string, string> = {};
  if ((url.username || url.password) && !names.has("authorization"))
    more.authorization = `Basic ${Buffer.from(`${decoded(url.username)}:${decoded(url.password)}`).toString("base64")}`;
  if (body !== undefined && !names.has("content-length")) more["content-length"] = String(Buffer.byteLength(body));
  return { ...headers, ...more };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Decodes a header: bytes beyond ASCII are UTF-8 if they are valid UTF-8, else Latin-1. */
export function headerText(value: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(value, "latin1"));
  } catch {
    return value;
  }
}

/**
 * Returns the address that a redirect leads to; null when the answer is not a redirect. Credentials in the URL are kept
 * only within their origin.
 */
export function redirectOf({ status, headers }: Pick<Exchange, "status" | "headers">, from: URL): string | null {
  if (!REDIRECTS.has(status) || !headers.location) return null;
  const location = headerText(headers.location);
  if (!URL.canParse(location, from)) return location;
  const to = new URL(location, from);
  if (to.origin === from.origin && !to.username && !to.password)
    [to.username, to.password] = [from.username, from.password];
  return to.href;
}
