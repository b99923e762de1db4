/** The one upgrade listener: WebSocket requests are split by path here, and everything unknown is refused. */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

type Upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer) => unknown;

/**
 * @param paths who answers which path; each checks the credential itself
 * @param development Next's decoy server, which takes its hot-reload sockets; none in production
 */
export function createUpgrades(paths: Record<string, Upgrade>, development?: Server): Upgrade {
  return (req, socket, head) => {
    const path = (req.url ?? "/").split("?", 1)[0]!;
    // engine.io listens for its own path itself.
    if (path === "/socket.io" || path === "/socket.io/") return;
    if (development && path.startsWith("/_next/")) {
      development.emit("upgrade", req, socket, head);
      return;
    }
    if (Object.hasOwn(paths, path)) return void paths[path]!(req, socket, head);
    socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  };
}
