/** A request as route() sees it: only the parts of a web Request that it uses, because building a whole one is slow. */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { isIP } from "node:net";
import { env } from "@/lib/core/env";
import { AppError, invalid } from "@/lib/core/errors";
import type { Dialect } from "@/lib/edge/http/dialects";
import { DISCARD_BYTES, DISCARD_MS, readBytes, tooLarge } from "./bytes";
import { bodyText } from "./text";

export type Incoming = {
  method: string;
  /** Path and query, as sent. */
  path: string;
  query: string;
  /** The route's path as the folder tree has it. Set by the mount. */
  pattern?: string;
  /** The span of the request. Set by the mount while traces are exported. */
  traceparent?: string;
  /** Set if the path's version decides the dialect, whatever the route says. */
  dialect?: Dialect;
  header(name: string): string | undefined;
  /** The names of all headers, in lower case. */
  headerNames(): string[];
  /** Set if a page reads its data while it is rendered, for a person whose page was counted. */
  isPageRead?: boolean;
  /** Address of the direct peer, or what TRUST_PROXY proxies say. */
  ip: string;
  /** True when the connection, or the trusted proxy's, is TLS. */
  secure: boolean;
  /** The body's text in UTF-8, refused with PAYLOAD_TOO_LARGE beyond `max` bytes; see bodyText. */
  text(max: number): Promise<string>;
  /**
   * The body as a stream. Fails with PAYLOAD_TOO_LARGE beyond `max` bytes, and with REQUEST_TIMEOUT when the client
   * sends nothing for `silenceMs` (by default SILENCE_MS). Use it once, instead of `text`.
   */
  bytes(max: number, silenceMs?: number): AsyncIterable<Uint8Array>;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
  /**
   * Calls back, at most once, if the connection broke before the client can have read the response: while it was being
   * written, or by a reset within LOST_MS after it.
   */
  onLost(callback: () => void): void;
};

const isPublicTls = () => env.PUBLIC_URL?.startsWith("https:") ?? false;

/** Returns the entry of a forwarding header that the outermost trusted proxy wrote. */
const trustedHop = (value: string | undefined, trustProxy: number): string => {
  const hops = (value ?? "").split(",");
  return hops.at(-Math.min(trustProxy, hops.length))!.trim();
};

/** Returns the address of a hop without its port, which some proxies add. */
function addressOf(hop: string): string | undefined {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
  return isIP(bare) ? bare : undefined;
}

/**
 * Returns the host that the client asked for. A trusted proxy that rewrites Host sends the original in
 * X-Forwarded-Host.
 */
export function hostOf(header: (name: string) => string | undefined, trustProxy: number): string | undefined {
  const forwarded = trustProxy > 0 ? trustedHop(header("x-forwarded-host"), trustProxy) : "";
  return forwarded || header("host");
}

/** Returns the client's address and scheme, trusting as many X-Forwarded-For hops as there are trusted proxies. */
export function peer(
  socket: { remoteAddress?: string; encrypted?: boolean },
  header: (name: string) => string | undefined,
  trustProxy: number,
): { ip: string; secure: boolean } {
  let ip = socket.remoteAddress ?? "unknown";
  // A proxy that ends TLS may not say so, but the public address does.
  let secure = socket.encrypted === true || isPublicTls();
  if (trustProxy > 0) {
    // Drop an entry that is not an address, and do not fall back to the next one: the client may have written it.
    ip = addressOf(trustedHop(header("x-forwarded-for"), trustProxy)) ?? ip;
    secure = (header("x-forwarded-proto") ?? "").split(",").at(-1)?.trim() === "https" || secure;
  }
  return { ip: ip.startsWith("::ffff:") ? ip.slice(7) : ip, secure };
}

/** From node:http, without building a Request. */
export function fromNode(req: IncomingMessage, res: ServerResponse, trustProxy: number): Incoming {
  const url = req.url ?? "/";
  const cut = url.indexOf("?");
  const header = (name: string) => req.headers[name] as string | undefined;
  let aborter: AbortController | undefined;
  return {
    method: req.method ?? "GET",
    path: cut < 0 ? url : url.slice(0, cut),
    query: cut < 0 ? "" : url.slice(cut + 1),
    header,
    headerNames: () => Object.keys(req.headers),
    ...peer(req.socket as { remoteAddress?: string; encrypted?: boolean }, header, trustProxy),
    text: async (max) => bodyText(await readBody(req, max), header),
    bytes: (max, silenceMs) => readBytes(req, max, silenceMs),
    get signal() {
      if (!aborter) {
        const mine = new AbortController();
        aborter = mine;
        if (req.socket.destroyed) mine.abort();
        // Do not listen on the socket: a kept-alive one would collect a listener with every request.
        res.once("close", () => res.writableFinished || mine.abort());
      }
      return aborter.signal;
    },
    onLost: (callback) => watchAnswer(req, res, callback),
  };
}

/** A reset later than this after a response says nothing about that response. */
const LOST_MS = 1_000;
/** Functions that stop watching a connection's last answer. */
const watches = new WeakMap<Socket, () => void>();

function watchAnswer({ socket }: IncomingMessage, res: ServerResponse, callback: () => void): void {
  if (socket.destroyed) {
    callback();
    return;
  }
  // A client that sends its next request has read the answer to the one before.
  watches.get(socket)?.();
  let isReset = false;
  let timer: NodeJS.Timeout | undefined;
  const reset = () => {
    isReset = true;
  };
  const closed = () => {
    stop();
    if (isReset || !res.writableFinished) callback();
  };
  const stop = () => {
    clearTimeout(timer);
    watches.delete(socket);
    socket.off("error", reset);
    socket.off("close", closed);
  };
  watches.set(socket, stop);
  socket.once("error", reset);
  socket.once("close", closed);
  res.once("finish", () => {
    if (watches.get(socket) === stop) timer = setTimeout(stop, LOST_MS).unref();
  });
}

/**
 * Lets every handler of `server` see `/path` where the request line said `http://host/path`: some HTTP clients and proxies
 * send that form, which servers must accept (RFC 9112 section 3.2.2). Call it last: it must run before all other handlers.
 */
export function acceptAbsoluteTargets(server: Server): void {
  const rewrite = (req: IncomingMessage) => {
    if (req.url?.startsWith("http")) req.url = req.url.replace(/^https?:\/\/[^/?#]*/i, "").replace(/^(?!\/)/, "/");
  };
  server.prependListener("request", rewrite).prependListener("upgrade", rewrite);
}

/**
 * Sends the header that makes browsers use TLS only, on every response of a server behind TLS: pages, API, files,
 * Socket.IO, errors.
 */
export function keepToTls(server: Server, trustProxy: number): void {
  // The server itself speaks plain HTTP: nothing else can have made the connection safe.
  if (trustProxy === 0 && !isPublicTls()) return;
  server.prependListener("request", (req: IncomingMessage, res: ServerResponse) => {
    for (const [name, value] of Object.entries(tlsHeaders(req, trustProxy))) res.setHeader(name, value);
  });
}

/** Returns the header that `keepToTls` sets, for an answer without a ServerResponse, such as a refused upgrade. */
export function tlsHeaders(req: IncomingMessage, trustProxy: number): Record<string, string> {
  const header = (name: string) => req.headers[name] as string | undefined;
  return peer(req.socket, header, trustProxy).secure
    ? { "strict-transport-security": "max-age=31536000; includeSubDomains" }
    : {};
}

function readBody(req: IncomingMessage, max: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    let over: NodeJS.Timeout | undefined;
    const refuse = () => {
      clearTimeout(over);
      req.pause();
      req.removeAllListeners("data");
      reject(tooLarge(max));
    };
    const discard = () => {
      chunks = [];
      over ??= setTimeout(refuse, DISCARD_MS);
    };
    const declared = Number(req.headers["content-length"] ?? 0);
    if (declared > max + DISCARD_BYTES) return refuse();
    if (declared > max) discard();
    req.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > max + DISCARD_BYTES) refuse();
      else if (size > max) discard();
      else if (!over) chunks.push(chunk);
    });
    req.on("end", () => {
      if (over) return refuse();
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
    const broken = () => {
      clearTimeout(over);
      reject(new AppError("INVALID_INPUT", "The body is incomplete; send the request again"));
    };
    req.on("error", broken);
    req.on("aborted", broken);
  });
}

/** Returns whether a browser opens the address as a page, rather than a program. */
export const isPage = (req: Pick<Incoming, "header">): boolean => (req.header("accept") ?? "").includes("text/html");

/** The Idempotency-Key header as the command input's field. @throws INVALID_INPUT when it is longer than 200 characters */
export function idempotencyKey(req: Incoming): { idempotency_key?: string } {
  const key = req.header("idempotency-key");
  if (!key) return {};
  if (key.length > 200)
    throw new AppError("INVALID_INPUT", "Idempotency-Key: must have at most 200 characters", {
      field: "Idempotency-Key",
    });
  return { idempotency_key: key };
}

/**
 * The version an update was made from: in If-Match, or in the body where its `version` is ours.
 *
 * @throws AppError INVALID_INPUT  If-Match is not an ETag of ours, or names another version than the body
 */
export function expectedVersion(req: Pick<Incoming, "header">, inBody?: number): number | undefined {
  const given = req.header("if-match")?.trim();
  if (given === undefined || given === "*") return inBody;
  const [, text] = /^(?:W\/)?"?(\d{1,9})"?$/.exec(given) ?? [];
  if (text === undefined) throw invalid("If-Match", 'must be the ETag of an earlier reply, such as "3"');
  const version = Number(text);
  if (inBody !== undefined && inBody !== version)
    throw invalid("If-Match", `names version ${version} and the body version ${inBody}: send one of them`);
  return version;
}
