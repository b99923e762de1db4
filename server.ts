/**
 * The process: opens the database, mounts the API, attaches Socket.IO and hands pages to Next. Listens before Next is
 * ready, so that bots are served at once; stops without dropping a request. No logic lives here.
 */
import { createServer } from "node:http";
import { createApp } from "@/lib/app";
import { publishApp } from "@/lib/app.built";
import { start, stop } from "@/lib/app.life";
import { bus } from "@/lib/core/bus";
import { env } from "@/lib/core/env";
import { logger } from "@/lib/core/log/logger";
import { listenForSignals } from "@/lib/core/startup/signals";
import { failStart } from "@/lib/core/startup/start-error";
import { publishApiDocument } from "@/lib/edge/http/api-document";
import { acceptAbsoluteTargets, keepToTls } from "@/lib/edge/http/body/incoming";
import { ClosingResponse, createDrain } from "@/lib/edge/http/drain";
import { createMount } from "@/lib/edge/http/mount";
import { openApi } from "@/lib/edge/http/openapi";
import { securePage } from "@/lib/edge/http/pages";
import { createUpgrades } from "@/lib/edge/http/upgrades";
import { attachRealtime, attachWs } from "@/lib/edge/realtime";

const GRACE_MS = env.STOP_GRACE_S * 1000;
/** The time for requests that are still running after the grace. */
const LAST_REQUESTS_MS = 10_000;
const signals = listenForSignals(GRACE_MS + LAST_REQUESTS_MS);
const app = createApp();
publishApp(app);
const { setupLink } = await start(app).catch((error) => failStart(error, env.LOG_LEVEL === "debug"));

// Give Next a decoy server that never listens: on the real one it would end every socket whose path is one of its routes.
const decoy = createServer();
type Next = ReturnType<typeof import("next").default>;
let nextApp: Promise<Next> | undefined;
// Load Next only after waiting bots are served, because it takes more CPU than the rest of a start together.
const WARM_UP_MS = 500;
const warmUp = () => {
  nextApp ??= import("next").then(async ({ default: next }) => {
    const console = next({ dev: !env.production, port: env.PORT, hostname: env.HOST, httpServer: decoy });
    await console.prepare();
    logger.info("The console is ready");
    return console;
  });
  return nextApp;
};
const pages: Parameters<typeof createMount>[1] = async (req, res) => {
  const console = await warmUp();
  securePage(req, res);
  await console.getRequestHandler()(req, res);
};

const serve = createMount(app, pages);
const server = createServer(
  { keepAliveTimeout: 75_000, requestTimeout: 120_000, maxHeaderSize: 32_768, ServerResponse: ClosingResponse },
  (req, res) => {
    serve(req, res).catch((error) => {
      logger.error({ err: error, path: req.url }, "a request failed unexpectedly");
      res.destroy();
    });
  },
);
const realtime = attachRealtime(app, server);
publishApiDocument(openApi);
const ws = attachWs(app);
// Load GraphQL at its first use, to keep the start quick.
let graphql: Promise<ReturnType<typeof import("@/lib/edge/graphql").graphqlSockets>> | undefined;
const graphqlUpgrade: typeof ws.upgrade = async (req, socket, head) => {
  graphql ??= import("@/lib/edge/graphql").then(({ graphqlSockets }) => graphqlSockets(app));
  const sockets = await graphql;
  sockets.upgrade(req, socket, head);
};
server.on(
  "upgrade",
  createUpgrades({ "/ws": ws.upgrade, "/graphql": graphqlUpgrade }, env.production ? undefined : decoy),
);

// Allow more waiting connections than Node's 511: a large fleet that reconnects during a long commit would be reset.
const BACKLOG = 4_096;
server.listen(env.PORT, env.HOST, BACKLOG, () => {
  const { port } = server.address() as { port: number };
  logger.info({ port, database: env.provider }, `Muster listens on ${env.PUBLIC_URL ?? `http://localhost:${port}`}`);
  if (setupLink) process.stdout.write(`\nNobody is admin yet. Open this link once to become it:\n  ${setupLink}\n\n`);
  if (env.OPEN_BOT_API)
    process.stdout.write(
      "\nOPEN_BOT_API is on: anybody who reaches this port can register bots through document 004 and command them.\nUse it on a trusted network only.\n\n",
    );
  // If the pages cannot be loaded, the server still serves bots, and a requested page shows the reason.
  setTimeout(() => warmUp().catch((err) => logger.warn({ err }, "the console could not be loaded")), WARM_UP_MS);
});

acceptAbsoluteTargets(server);
keepToTls(server, env.TRUST_PROXY);

const drain = createDrain(server, GRACE_MS);
async function shutdown() {
  await stop(app, drain.leave, async () => {
    ws.close();
    (await graphql)?.close();
    await realtime.close();
    await drain.ended();
  });
  await bus.close();
  process.exit(0);
}
process.on("unhandledRejection", (error) => logger.error({ err: error }, "unhandled rejection"));
signals.ready({ stop: shutdown, hurry: drain.hurry });
