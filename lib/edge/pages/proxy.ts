/** Forwards requests to the pages' process over its private socket, and its answers back, without reading either. */
import { Agent, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { type Duplex, pipeline } from "node:stream";
import { hostOf, peer } from "@/lib/edge/http";

/** Headers that belong to one connection (RFC 9110, section 7.6.1), and those that this server sets itself. */
const OWN = new Set([
  ...["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"],
  ...["expect", "date"],
]);
const HEADERS_BYTES = 65_536;

/** Returns the headers of a request as the pages' process gets them: with the caller's address, scheme and host. */
function headersOf(req: IncomingMessage, trustProxy: number): Record<string, string | string[]> {
  const header = (name: string) => req.headers[name] as string | undefined;
  const { ip, secure } = peer(req.socket, header, trustProxy);
  const kept = Object.entries(req.headers).filter(([name, value]) => value !== undefined && !OWN.has(name));
  return {
    ...(Object.fromEntries(kept) as Record<string, string | string[]>),
    "x-forwarded-for": ip,
    "x-forwarded-proto": secure ? "https" : "http",
    "x-forwarded-host": hostOf(header, trustProxy) ?? "localhost",
  };
}

/** @param address the private socket */
export function createProxy(address: string, trustProxy: number) {
  const agent = new Agent({ keepAlive: true });

  /** Answers by what the pages' process answers. Resolves with false, and nothing sent, when it did not. */
  function forward(req: IncomingMessage, res: ServerResponse): Promise<boolean> {
    const { method, url: path } = req;
    const headers = headersOf(req, trustProxy);
    const hasBody = method !== "GET" && method !== "HEAD";
    if (!hasBody) delete headers["content-length"];
    return new Promise((resolve) => {
      const call = request({ socketPath: address, method, path, headers, agent, maxHeaderSize: HEADERS_BYTES });
      call.once("error", () => {
        if (res.headersSent) res.destroy();
        resolve(res.headersSent);
      });
      call.once("response", (reply) => {
        resolve(true);
        for (const [name, value] of Object.entries(reply.headers))
          if (value !== undefined && !OWN.has(name) && !res.hasHeader(name)) res.setHeader(name, value);
        res.writeHead(reply.statusCode ?? 502);
        // Send what React has rendered so far, also when it waits for the rest. An error means that one side went away.
        pipeline(reply, res, () => {});
      });
      res.once("close", () => {
        if (!res.writableFinished) call.destroy();
      });
      if (hasBody) req.pipe(call);
      else call.end();
    });
  }

  /** Forwards an upgraded connection: in development, Next's hot reload. */
  function upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    const to = connect(address, () => {
      const lines = req.rawHeaders.flatMap((name, index, all) => (index % 2 ? [] : [`${name}: ${all[index + 1]}`]));
      to.write(`${req.method} ${req.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      to.write(head);
      to.pipe(socket).pipe(to);
    });
    to.once("error", () => socket.destroy());
    socket.once("error", () => to.destroy());
    to.once("close", () => socket.destroy());
    socket.once("close", () => to.destroy());
  }

  return { forward, upgrade };
}
