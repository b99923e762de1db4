/**
 * The pages' process: Next alone, on a private socket. It reads from the API over another one, and has no database, no data
 * folder and none of the server's settings. The supervisor starts it; it ends when the channel to the server closes.
 */
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer } from "node:http";
import { dirname } from "node:path";
import next from "next";
import { listenPrivately } from "./sockets";

/** The time in which pages that are being rendered may finish. */
const DRAIN_MS = 5_000;
/** More than the server accepts, because it adds headers of its own. */
const HEADERS_BYTES = 65_536;

const [address = "", mode, hostname, port] = process.argv.slice(2);
// The server keeps its connections open for later pages.
const server = createServer({ keepAliveTimeout: 0, maxHeaderSize: HEADERS_BYTES });

let isStopping = false;

async function drain(): Promise<void> {
  isStopping = true;
  // Nothing is rendered before the first page can be asked for.
  if (!server.listening) process.exit();
  setTimeout(() => process.exit(), DRAIN_MS).unref();
  server.close();
  server.closeIdleConnections();
  await once(server, "close");
  process.exit();
}

// Signals for a whole group or service reach this process too, but the server still forwards requests when they arrive.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
process.on("message", (message) => {
  if (message === "stop") void drain();
});
process.on("disconnect", () => {
  if (isStopping) return;
  // The server was killed, so that it could not remove the folder of its sockets.
  if (process.platform !== "win32") rmSync(dirname(address), { recursive: true, force: true });
  void drain();
});

const pages = next({ dev: mode === "development", hostname, port: Number(port), httpServer: server });
await pages.prepare();
const handle = pages.getRequestHandler();
server.on("request", (req, res) => {
  handle(req, res).catch(() => res.destroy());
});
await listenPrivately(server, address);
process.send?.("ready");
