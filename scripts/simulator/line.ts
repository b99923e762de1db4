/**
 * A faulty connection: a proxy between one bot and the server that delays, drops, repeats and breaks traffic, and goes
 * down and up again. The client on one end and the server on the other are real.
 */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { request as requestTls } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Faults } from "./options";
import type { Random } from "./random";
import type { Tally } from "./tally";

/** A stalled frame goes on after this long (ms): about what TCP takes to send it again, twice. */
const STALL_MS = [300, 3000] as const;

export type LineFaults = Pick<Faults, "latency" | "loss"> & { sockets: boolean };

export class Line {
  #faults: LineFaults;
  readonly #target: URL;
  readonly #random: Random;
  readonly #tally: Tally;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #down = false;

  constructor(target: string, faults: LineFaults, random: Random, tally: Tally) {
    this.#target = new URL(target);
    this.#faults = faults;
    this.#random = random;
    this.#tally = tally;
    this.#server = createServer((req, res) => void this.#carry(req, res).catch(() => res.destroy()));
    this.#server.on("connection", (socket: Socket) => (this.#down ? socket.destroy() : this.#keep(socket)));
    this.#server.on("upgrade", (req: IncomingMessage, socket: Socket, head: Buffer) => this.#tunnel(req, socket, head));
  }

  /** Listens; resolves with the origin a client connects to. */
  async open(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Breaks open connections and refuses new ones. */
  cut(): void {
    this.#down = true;
    for (const socket of this.#open) socket.destroy();
  }

  restore(): void {
    this.#down = false;
  }

  /** Ends all faults: from now on nothing is delayed, lost or repeated. */
  calm(): void {
    this.#faults = { latency: { ms: 0, jitter: 0 }, loss: 0, sockets: this.#faults.sockets };
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #keep(socket: Socket) {
    this.#open.add(socket);
    socket.on("error", () => {}).once("close", () => this.#open.delete(socket));
  }

  #delay(): number {
    const { ms, jitter } = this.#faults.latency;
    return ms === 0 ? 0 : this.#random.between(ms - jitter, ms + jitter);
  }

  /** Forwards one HTTP request and its answer, unless a fault happens. */
  async #carry(req: IncomingMessage, res: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    // Draw all faults before the first await, in the order of arrival, so that a seed repeats them.
    const { loss } = this.#faults;
    const [there, back, bad] = [this.#delay(), this.#delay(), this.#random.chance(loss)];
    const kind = bad ? this.#random.pick(["dropped", "unanswered", "twice"] as const) : undefined;
    if (kind) this.#tally[kind]++;
    await pause(there);
    if (kind === "dropped") return void res.destroy();
    const copy = kind === "twice" ? this.#forward(req, body).catch(() => undefined) : undefined;
    const answer = await this.#forward(req, body, res);
    await copy;
    await pause(back);
    if (kind === "unanswered") return void res.destroy();
    res.writeHead(answer.status, answer.headers);
    res.end(answer.body);
  }

  #forward(req: IncomingMessage, body: Buffer, res?: ServerResponse) {
    type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer };
    return new Promise<Answer>((resolve, reject) => {
      const secure = this.#target.protocol === "https:";
      const headers = { ...req.headers, host: this.#target.host, "content-length": String(body.length) };
      delete (headers as Record<string, unknown>)["transfer-encoding"];
      if (body.length === 0 && req.method === "GET") delete (headers as Record<string, unknown>)["content-length"];
      const out = (secure ? requestTls : request)(
        new URL(req.url!, this.#target),
        { method: req.method, headers, agent: false },
        (reply) => {
          const chunks: Buffer[] = [];
          reply.on("data", (chunk: Buffer) => chunks.push(chunk));
          reply.on("error", reject);
          reply.on("end", () => {
            const { connection, "transfer-encoding": _, "keep-alive": __, ...rest } = reply.headers;
            resolve({ status: reply.statusCode!, headers: rest, body: Buffer.concat(chunks) });
          });
        },
      );
      out.on("error", reject);
      // Abort the request to the server when the client disconnects, as would happen without this proxy.
      res?.once("close", () => out.destroy());
      out.end(body);
    });
  }

  /** Forwards a WebSocket, byte for byte. */
  #tunnel(req: IncomingMessage, socket: Socket, head: Buffer) {
    if (!this.#faults.sockets) {
      this.#tally.no_socket++;
      socket.end("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
      return;
    }
    const { hostname, host, protocol } = this.#target;
    const port = Number(this.#target.port) || (protocol === "https:" ? 443 : 80);
    const far =
      protocol === "https:" ? connectTls({ host: hostname, port, servername: hostname }) : connect(port, hostname);
    this.#keep(far);
    const lines = [`${req.method} ${req.url} HTTP/1.1`];
    for (let at = 0; at < req.rawHeaders.length; at += 2) {
      const name = req.rawHeaders[at]!;
      lines.push(`${name}: ${name.toLowerCase() === "host" ? host : req.rawHeaders[at + 1]}`);
    }
    far.write(`${lines.join("\r\n")}\r\n\r\n`);
    if (head.length > 0) far.write(head);
    this.#pour(socket, far);
    this.#pour(far, socket);
  }

  /** Forwards bytes in one direction, in order. */
  #pour(from: Socket, to: Socket) {
    const queue: { due: number; bytes: Buffer }[] = [];
    let timer: NodeJS.Timeout | undefined;
    let last = 0;
    // One queue and one timer: two timers could fire in the wrong order, and bytes must not overtake each other.
    const drain = () => {
      timer = undefined;
      while (queue[0] && queue[0].due <= performance.now()) to.write(queue.shift()!.bytes);
      if (queue[0]) timer = setTimeout(drain, Math.max(1, queue[0].due - performance.now()));
    };
    from.on("data", (bytes: Buffer) => {
      let delay = this.#delay();
      if (this.#random.chance(this.#faults.loss)) {
        if (this.#random.chance(0.25)) {
          this.#tally.breaks++;
          from.destroy();
          to.destroy();
          return;
        }
        this.#tally.stalls++;
        delay += this.#random.between(...STALL_MS);
      }
      if (delay === 0 && queue.length === 0) return void to.write(bytes);
      last = Math.max(last, performance.now() + delay);
      queue.push({ due: last, bytes });
      timer ??= setTimeout(drain, Math.max(1, last - performance.now()));
    });
    from.once("close", () => {
      // Bytes already sent still arrive, unless the connection is down.
      if (this.#down || queue.length === 0) to.destroy();
      else setTimeout(() => to.destroy(), Math.max(0, last - performance.now()) + 5);
    });
    to.once("close", () => clearTimeout(timer));
  }
}

const pause = (ms: number) => (ms > 0 ? new Promise<void>((resolve) => setTimeout(resolve, ms)) : undefined);
