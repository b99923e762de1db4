/** The one upgrade listener: WebSocket requests are split by path here, and everything unknown is refused. */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

/** @param development Next's decoy server, which takes its hot-reload sockets; none in production */
export function createUpgrades(development?: Server) {
  return (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const path = (req.url ?? "/").split("?", 1)[0]!;
    // engine.io listens for its own path itself.
    if (path === "/socket.io" || path === "/socket.io/") return;
    if (development && path.startsWith("/_next/")) {
      development.emit("upgrade", req, socket, head);
      return;
    }
    socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  };
}
