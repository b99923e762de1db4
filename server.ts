/**
 * The process: opens the database, mounts the API, attaches Socket.IO and forwards pages to their own process. Bots are
 * served at once, before there are pages; it stops without dropping a request. No logic lives here.
 */
import { createServer } from "node:http";
import { createApp } from "@/lib/app";
import { start, stop } from "@/lib/app.life";
import { bus } from "@/lib/core/bus";
import { env } from "@/lib/core/env";
import { logger } from "@/lib/core/log/logger";
import { listenForSignals } from "@/lib/core/startup/signals";
import { failStart } from "@/lib/core/startup/start-error";
import { startNotices } from "@/lib/edge/compat/announce";
import { acceptAbsoluteTargets, keepToTls } from "@/lib/edge/http/body/incoming";
import { ClosingResponse, createDrain } from "@/lib/edge/http/drain";
import { createMount, createPageReads } from "@/lib/edge/http/mount";
import { createUpgrades } from "@/lib/edge/http/upgrades";
import { createPages } from "@/lib/edge/pages";
import { attachRealtime, attachWs } from "@/lib/edge/realtime";

const GRACE_MS = env.STOP_GRACE_S * 1000;
/** The time for requests that are still running after the grace. */
const LAST_REQUESTS_MS = 10_000;
const signals = listenForSignals(GRACE_MS + LAST_REQUESTS_MS);
const pages = createPages();
const app = createApp(pages.process);
await pages.answerReads(createPageReads(app));
const { setupLink } = await start(app).catch((error) => failStart(error, env.LOG_LEVEL === "debug"));

const serve = createMount(app, pages.serve);
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
  createUpgrades({ "/ws": ws.upgrade, "/graphql": graphqlUpgrade }, env.production ? undefined : pages.upgrade),
);

// Allow more waiting connections than Node's 511: a large fleet that reconnects during a long commit would be reset.
const BACKLOG = 4_096;
server.listen(env.PORT, env.HOST, BACKLOG, () => {
  const { port } = server.address() as { port: number };
  const base = env.PUBLIC_URL ?? `http://localhost:${port}`;
  logger.info({ port, database: env.provider }, `Muster listens on ${base}`);
  if (setupLink) process.stdout.write(`\nNobody is admin yet. Open this link once to become it:\n  ${setupLink}\n\n`);
  for (const notice of startNotices(env, base)) process.stdout.write(`\n${notice}\n\n`);
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
