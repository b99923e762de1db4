/** A small stand-in for the server, for tests of the client library, and bots that use it. */
import { createServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { afterEach } from "vitest";
import { type Command, MusterBot } from "@/clients/typescript/src/index";

type Call = { how: "http" | "socket"; path: string; body: Record<string, unknown> | Record<string, unknown>[] };

/** A command of bot b1 as the server delivers it. */
export const command = (id: string, type = "ping"): Command => ({
  id,
  bot_id: "b1",
  type,
  payload: {},
  status: "pending",
  result: null,
  created_at: "2026-01-01T00:00:00.000Z",
  completed_at: null,
  dispatched_at: "2026-01-01T00:00:00.000Z",
  attempts: 1,
  lease_expires_at: "2026-01-01T00:05:00.000Z",
  created_by: 1,
  reason: null,
});

let ending: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ending.reverse()) await end();
  ending = [];
});

/** Answers as the server does, by HTTP and, unless it is told otherwise, by socket. Ends after the test. */
export async function standIn({ sockets = true }: { sockets?: boolean } = {}) {
  const calls: Call[] = [];
  /** Status codes to answer the next HTTP calls or socket events with, by path ending. */
  const refusals: { path: string; status: number; code: string }[] = [];
  const queue: Command[] = [];
  /** The bodies of HTTP answers by path. */
  const answers: Record<string, object> = {};
  const refusal = (path: string) => {
    const index = refusals.findIndex((one) => path.endsWith(one.path));
    return index < 0 ? undefined : refusals.splice(index, 1)[0];
  };
  const http: HttpServer = createServer(async (req: IncomingMessage, res) => {
    let text = "";
    for await (const chunk of req) text += chunk;
    const path = req.url!.split("?")[0]!;
    const answer = (status: number, json: unknown) => {
      res.writeHead(status, { "content-type": "application/json" });
      res.end(JSON.stringify(json));
    };
    if (req.method === "GET" && path.endsWith("/commands")) {
      const commands = queue.splice(0);
      // A real long poll waits; a short one keeps the test quick.
      setTimeout(() => answer(200, { commands, count: commands.length }), commands.length ? 0 : 50);
      return;
    }
    const no = refusal(path);
    if (no) return answer(no.status, { error: no.code, code: no.code });
    calls.push({ how: "http", path, body: text ? JSON.parse(text) : {} });
    answer(200, { status: "ok", ...answers[path] });
  });
  let io: Server | undefined;
  if (sockets) {
    io = new Server(http, { transports: ["websocket"] });
    io.on("connection", (socket) => {
      for (const name of ["ack", "log", "message", "status", "progress", "manifest"])
        socket.on(name, (body, reply) => {
          const no = refusal(name);
          if (no) return reply({ error: no.code, code: no.code });
          calls.push({ how: "socket", path: name, body });
          reply({ status: "ok" });
        });
    });
    ending.push(() => io!.close());
  }
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  ending.push(
    () => http.closeAllConnections(),
    () => http.close(),
  );
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, calls, refusals, queue, answers, io };
}

/** A bot of the stand-in. It stops after the test. */
export function botOf(url: string) {
  const problems: string[] = [];
  const bot = new MusterBot({ url, botId: "b1", token: "t", onProblem: (text) => problems.push(text) });
  ending.push(() => bot.stop(100));
  return { bot, problems };
}
