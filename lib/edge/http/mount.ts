/**
 * Mounts every route file under app/ on node:http directly, because a call measured 0.16 ms of CPU here and
 * 2 ms through Next's router (decision 002). Answers for API paths are always JSON; pages and their files are answered by lib/edge/pages.
 */

import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pageTable, routeTable } from "@/generated/routes";
import type { App } from "@/lib/app";
import { draining } from "@/lib/core/draining";
import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/log/logger";
import { maintenance, underMaintenance } from "@/lib/core/maintenance";
import { type Span, tracing } from "@/lib/core/tracing";
import { whyNotBuilt } from "@/lib/edge/compat/haze/contract.not-built";
import { fromNode, type Incoming, isPage as isPageRequest } from "./body/incoming";
import type { Dialect } from "./dialects";
import { answerNextAuth } from "./next-auth";
import { overPageBudget } from "./page-budget";
import { notFound, type Reply } from "./reply";
import type { RawParams, RouteHandler } from "./route.types";
import { errorReply } from "./steps/reply";

type Module = Partial<Record<string, RouteHandler>>;
type Node = {
  fixed: Map<string, Node>;
  param?: { name: string; node: Node };
  load?: () => Promise<Module>;
  pattern?: string;
  module?: Module;
};

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/** The documents' root paths: no page may sit on them. */
const API = /^\/(api|graphql|metrics|health|register|command|commands|bots)(\/|$)/;
const NEXT_AUTH = /^\/api\/auth\/(session|csrf|providers|signin|signout|callback|error|verify-request|_log)(\/|$)/;

/** `/api/v1/…`: document 002's REST paths under their version, always with its error envelope (CONTRACT: errors). */
const VERSIONED =
  /^\/api\/v1(\/(?:stats|tasks|download|dashboard|users|config|plugins|alerts|alert-rules|alert-channels|backups|system)(?:\/.*)?|\/health|\/metrics)$/;
const UNVERSIONED = new Set(["/health", "/metrics"]);

const PLAYGROUND = "/dashboard/graphql";

const node = (): Node => ({ fixed: new Map() });

function build(table: readonly (readonly [string, () => Promise<unknown>])[]): Node {
  const root = node();
  for (const [path, load] of table) {
    let at = root;
    for (const segment of path.split("/").slice(1)) {
      const name = /^\[(\w+)\]$/.exec(segment)?.[1];
      if (name) {
        at.param ??= { name, node: node() };
        at = at.param.node;
      } else {
        if (!at.fixed.has(segment)) at.fixed.set(segment, node());
        at = at.fixed.get(segment)!;
      }
    }
    at.load = load as () => Promise<Module>;
    at.pattern = path;
  }
  return root;
}

const routes = build(routeTable);
const pagePaths = build(pageTable.map((path) => [path, async () => ({})] as const));

/** Answers a path of next-auth. A body that cannot be read is refused as the API does it. */
async function byNextAuth(req: IncomingMessage, res: ServerResponse, incoming: Incoming): Promise<void> {
  try {
    await answerNextAuth(req, res, incoming);
  } catch (error) {
    await send(req, res, errorReply(error, "botManager", incoming));
  }
}

/** Static segments win over parameters; a parameter is tried when the static branch ends nowhere. */
function find(at: Node, segments: string[], index: number, params: RawParams): Node | undefined {
  if (index === segments.length) return at.load ? at : undefined;
  const segment = segments[index]!;
  const fixed = at.fixed.get(segment);
  const found = fixed && find(fixed, segments, index + 1, params);
  if (found) return found;
  if (!at.param || segment === "") return undefined;
  const deeper = find(at.param.node, segments, index + 1, params);
  if (deeper) params[at.param.name] = decode(segment);
  return deeper;
}

function decode(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

type Serve = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/**
 * Returns the function that answers every request of the server.
 *
 * @param pages answers pages and their files
 */
export const createMount =
  (app: App, pages: Serve): Serve =>
  (req, res) => {
    const answer = () => serve(app, pages, { req, res, incoming: fromNode(req, res, env.TRUST_PROXY) });
    return draining.hold ? draining.hold.then(answer) : answer();
  };

/** The process of the pages counts as one proxy, which names the caller's address and scheme. */
const PAGES_AS_PROXY = 1;

/**
 * Returns the function that answers what pages read while they are rendered, over the private socket. Their page was
 * counted against its reader's budget and statistics, so that its reads are not counted again.
 */
export const createPageReads =
  (app: App): Serve =>
  (req, res) => {
    const incoming = Object.assign(fromNode(req, res, PAGES_AS_PROXY), { isPageRead: true });
    const isRead = API.test(incoming.path) && incoming.method === "GET" && !NEXT_AUTH.test(incoming.path);
    return isRead ? serve(app, refuse, { req, res, incoming }) : refuse(req, res);
  };

const refuse: Serve = (req, res) => send(req, res, notFound());

type Exchange = { req: IncomingMessage; res: ServerResponse; incoming: Incoming };

async function serve(app: App, pages: Serve, { req, res, incoming }: Exchange): Promise<void> {
  const { path, method } = incoming;
  const isApi = API.test(path);
  const counted = async (answer: Serve) => {
    const refusal = await overPageBudget(app, incoming, isApi);
    return refusal ? send(req, res, refusal) : answer(req, res);
  };
  if (isApi && NEXT_AUTH.test(path)) return counted(() => byNextAuth(req, res, incoming));
  // Document 002: a browser that opens /graphql comes to the playground, a page of the console.
  if (path === "/graphql" && (method === "GET" || method === "HEAD") && isPageRequest(incoming)) {
    const location = `${PLAYGROUND}${incoming.query && `?${incoming.query}`}`;
    return send(req, res, { status: 302, headers: { location, "cache-control": "no-store" }, body: "" });
  }
  const params: RawParams = {};
  const rest = VERSIONED.exec(path)?.[1];
  if (rest) incoming.dialect = "mltb";
  const routed = rest === undefined ? path : UNVERSIONED.has(rest) ? rest : `/api${rest}`;
  const found = find(routes, routed.split("/").slice(1), 0, params);
  if (!found) {
    if (!isApi && isPage(path, method, req)) return counted(pages);
    return send(req, res, notFound(whyNotBuilt(routed)));
  }
  found.module ??= await found.load!();
  incoming.pattern = found.pattern;
  const cors = corsHeaders(incoming.header("origin"));
  if (method === "OPTIONS") return send(req, res, preflight(found.module, cors));
  // Keep answering health checks, so that a supervisor does not restart the server in the middle of a restore.
  if (maintenance.on && routed !== "/api/health" && routed !== "/health") {
    const dialect = Object.values(found.module).find((one) => one?.config)?.config.dialect;
    return send(req, res, errorReply(underMaintenance(), incoming.dialect ?? dialect ?? "botManager"));
  }
  const handler = found.module[method === "HEAD" ? "GET" : method];
  const span = handler && tracing.start && beginSpan(tracing.start, incoming);
  const began = performance.now();
  const reply = handler ? await handler.direct(app, incoming, params) : notAllowed(found.module, incoming.dialect);
  if (handler) app.metrics.observe(method, found.pattern!, reply.status, (performance.now() - began) / 1000);
  span?.end({ values: { "http.response.status_code": reply.status }, isFailed: reply.status >= 500 });
  if (cors) Object.assign(reply.headers, cors);
  return send(req, res, reply);
}

/** Begins the span of a request, as part of the caller's trace. The route's pattern is its name: a path may hold ids and secrets. */
function beginSpan(start: NonNullable<typeof tracing.start>, incoming: Incoming): Span {
  const { method, pattern } = incoming;
  const values = { "http.request.method": method, "http.route": pattern };
  const span = start(`${method} ${pattern}`, { kind: "server", parent: incoming.header("traceparent"), values });
  incoming.traceparent = span.traceparent;
  return span;
}

/** Belongs to the console: known pages, their files, and whatever a browser opens (it shows a page of its own when there is none). */
function isPage(path: string, method: string, req: IncomingMessage): boolean {
  if (method !== "GET" && method !== "HEAD") return path.startsWith("/_next/") || path.startsWith("/__nextjs");
  if (
    path.startsWith("/_next/") ||
    path.startsWith("/__nextjs") ||
    path.startsWith("/clients/") ||
    /^\/(icon|favicon|apple-icon|manifest)[^/]*$/.test(path)
  )
    return true;
  return Boolean(find(pagePaths, path.split("/").slice(1), 0, {})) || (req.headers.accept ?? "").includes("text/html");
}

const allowed = (module: Module) => {
  const own = METHODS.filter((method) => module[method]);
  return [...own, ...(module.GET ? ["HEAD"] : []), "OPTIONS"].join(", ");
};

function notAllowed(module: Module, dialect: Dialect | undefined): Reply {
  const reply = errorReply(
    new AppError("METHOD_NOT_ALLOWED", `Method not allowed; this path takes ${allowed(module)}`),
    dialect ?? Object.values(module).find((handler) => handler?.config)?.config.dialect ?? "botManager",
  );
  reply.headers.allow = allowed(module);
  return reply;
}

function corsHeaders(origin: string | undefined): Record<string, string> | undefined {
  if (!origin || !env.CORS_ORIGINS.includes(origin)) return undefined;
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "etag, retry-after, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset",
    vary: "Origin",
  };
}

const preflight = (module: Module, cors: Record<string, string> | undefined): Reply => ({
  status: 204,
  headers: {
    allow: allowed(module),
    ...(cors && {
      ...cors,
      "access-control-allow-methods": allowed(module),
      "access-control-allow-headers":
        "authorization, content-type, if-match, x-bot-token, idempotency-key, x-client-platform, x-client-version, x-client-device, x-platform, x-app-version, x-device-info, x-session-id",
      "access-control-max-age": "600",
    }),
  },
  body: "",
});

/** Resolves when more may be written, or nothing ever again. Leaves no listener behind: a stream waits many times. */
async function drained(res: ServerResponse): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  await Promise.race([once(res, "drain", { signal }), once(res, "close", { signal })]).finally(() => over.abort());
}

async function send(req: IncomingMessage, res: ServerResponse, reply: Reply): Promise<void> {
  if (res.destroyed) return;
  if (typeof reply.body === "string") {
    if (reply.status !== 204) reply.headers["content-length"] = String(Buffer.byteLength(reply.body));
    res.writeHead(reply.status, reply.headers);
    res.end(req.method === "HEAD" ? undefined : reply.body);
    return;
  }
  res.writeHead(reply.status, reply.headers);
  try {
    if (req.method !== "HEAD")
      for await (const chunk of reply.body) {
        if (res.destroyed) break;
        if (!res.write(chunk)) await drained(res);
      }
    res.end();
  } catch (error) {
    // The status is out already: a cut connection is the only honest way to say that the rest is missing.
    logger.error({ err: error, path: req.url }, "a streamed reply broke off");
    res.destroy();
  }
}
