/** The one upgrade listener: WebSocket requests are split by path here, and everything unknown is refused. */
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { draining, stopping } from "@/lib/core/draining";
import { env } from "@/lib/core/env";
import type { AppError } from "@/lib/core/errors";
import { maintenance, underMaintenance } from "@/lib/core/maintenance";
import { tlsHeaders } from "./body/incoming";
import { notFound } from "./reply";

type Upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer) => unknown;

/**
 * @param paths who answers which path; each checks the credential itself
 * @param development takes the sockets of Next's hot reload; left out in production
 */
export function createUpgrades(paths: Record<string, Upgrade>, development?: Upgrade): Upgrade {
  return (req, socket, head) => {
    const path = (req.url ?? "/").split("?", 1)[0]!;
    // engine.io listens for its own path itself.
    if (path === "/socket.io" || path === "/socket.io/") return;
    if (development && path.startsWith("/_next/")) {
      development(req, socket, head);
      return;
    }
    if (!Object.hasOwn(paths, path)) return end(req, socket, 404, notFound().body);
    if (maintenance.on) return refuseUpgrade(req, socket, underMaintenance());
    if (draining.on) return refuseUpgrade(req, socket, stopping());
    paths[path]!(req, socket, head);
  };
}

/** Refuses an upgrade as document 002 has its errors. */
export function refuseUpgrade(req: IncomingMessage, socket: Duplex, error: AppError): void {
  const { code, message, details = {}, status, retryAfter } = error;
  end(req, socket, status, JSON.stringify({ error: { code, message, details } }), retryAfter);
}

/** Node gives no response object for an upgrade: the answer is written by hand, with what every answer carries. */
function end(req: IncomingMessage, socket: Duplex, status: number, body: string, retryAfter?: number): void {
  const headers = {
    connection: "close",
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    ...(retryAfter && { "retry-after": retryAfter }),
    ...tlsHeaders(req, env.TRUST_PROXY),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`);
}
