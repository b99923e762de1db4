/** The console's pages: a process that renders them, the way to it and back, and their static files. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { plainPage } from "@/lib/core/format/plain-page";
import { logger } from "@/lib/core/log/logger";
import { createClientFiles, isClientFile } from "./client-files";
import { PLAIN_HEADERS, securePage } from "./headers";
import { hasPages, launchPages } from "./launch";
import { createProxy } from "./proxy";
import { listenPrivately, makePrivateSockets } from "./sockets";
import { createStaticFiles, isStatic } from "./static-files";
import { createSupervisor } from "./supervisor";

type Serve = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** Makes the two private sockets, and what starts the process. Call once per process. */
export function createPages() {
  const sockets = makePrivateSockets(env.DATA_DIR);
  process.once("exit", sockets.remove);
  const isLazy = env.PAGES_START === "request";
  const supervisor = createSupervisor({ launch: () => launchPages(sockets), hasPages, isLazy, log: logger, now });
  const { forward, upgrade } = createProxy(sockets.pages, env.TRUST_PROXY);
  const serveStatic = createStaticFiles(".next");
  const serveClient = createClientFiles("dist/clients");

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = (req.url ?? "/").split("?", 1)[0]!;
    if (isClientFile(path)) return serveClient(req, res, path);
    if (env.production && isStatic(path)) return serveStatic(req, res, path);
    const absence = await supervisor.absence();
    if (absence) return sendAbsence(req, res, absence.retryAfter);
    securePage(req, res);
    if (!(await forward(req, res)) && !res.destroyed) sendAbsence(req, res, 1);
  }

  return {
    /** Answers a page or a file of one. */
    serve,
    /** Forwards a socket of Next's hot reload. */
    upgrade,
    /** The process, as a background service: its start and stop, and what a health check says about it. */
    process: {
      start: supervisor.start,
      stop: supervisor.stop,
      problem: supervisor.problem,
    },
    /** Answers the API on the socket that only the pages' process knows. */
    async answerReads(read: Serve): Promise<void> {
      const server = createServer({ keepAliveTimeout: 0 }, (req, res) => {
        read(req, res).catch((error) => {
          logger.error({ err: error, path: req.url }, "a read of a page failed unexpectedly");
          res.destroy();
        });
      });
      await listenPrivately(server, sockets.api);
    },
  };
}

/** A plain page that loads itself again, for the moments in which the process of the pages is away. */
function sendAbsence(req: IncomingMessage, res: ServerResponse, retryAfter: number): void {
  const body = plainPage({
    title: "The console is unavailable",
    text: `It cannot show pages right now. Bots and the API are not affected. This page reloads in ${retryAfter} s.`,
    reloadS: retryAfter,
  });
  for (const [name, value] of Object.entries(PLAIN_HEADERS)) res.setHeader(name, value);
  res.writeHead(503, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "retry-after": String(retryAfter),
    "content-length": Buffer.byteLength(body),
  });
  res.end(req.method === "HEAD" ? undefined : body);
}
