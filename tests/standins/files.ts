/**
 * A file server with the faults of real ones: without ranges, slow, dropping connections, wrong lengths, redirects. It listens
 * on 127.0.0.2, the only address of this machine that the server under test may reach. `/f/<name>?size=…` is a file; the
 * query chooses its faults.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const HOST = "127.0.0.2";
/** A prime, so that a byte at a wrong position differs. */
const BLOCK = 65_521;

/** The bytes of a file: the same for the same seed, different for another. */
function blockOf(seed: string): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0, last = createHash("sha256").update(seed).digest(); at < BLOCK; at += 32) {
    blocks.push(last);
    last = createHash("sha256").update(last).digest();
  }
  return Buffer.concat(blocks).subarray(0, BLOCK);
}

/** The content of a file, and how it is served. */
export function contentOf(seed: string, size: number): Buffer {
  const block = blockOf(seed);
  return Buffer.concat(Array.from({ length: Math.ceil(size / BLOCK) }, () => block)).subarray(0, size);
}

export function digestOf(seed: string, size: number, algorithm = "sha256"): string {
  const block = blockOf(seed);
  const hash = createHash(algorithm);
  for (let at = 0; at < size; at += BLOCK) hash.update(block.subarray(0, Math.min(BLOCK, size - at)));
  return hash.digest("hex");
}

export type FileRequest = { path: string; range: string | undefined; ifRange: string | undefined };
export type FilesStandin = {
  url: string;
  /** All requests it received. */
  requests: FileRequest[];
  /** The number of open connections, and its maximum. */
  busy: { now: number; most: number };
  /** Bytes sent by path. */
  sent: Map<string, number>;
  /** The seed of a file by name, which determines its content and ETag. */
  seeds: Map<string, string>;
  /** A file with `hold` sends no more than that many bytes until this resolves. */
  release(): void;
  close(): Promise<void>;
};

/**
 * Options of a file: `size`; `ranges=no`; `tag=no` (neither ETag nor date); `bps` bytes a second and connection; `drop`
 * closes each connection after so many bytes; `drops` so many times only; `lie` announces so many bytes more; `hold` waits
 * for `release()` at so many bytes; `most` connections, others get 503; `fail` is answered as a status so many `times`;
 * `cd` a Content-Disposition; `nolength=1` chunked.
 */
export async function filesStandin(): Promise<FilesStandin> {
  let freed = () => {};
  let hold = new Promise<void>((resolve) => {
    freed = resolve;
  });
  const counts = new Map<string, number>();
  const standin: Omit<FilesStandin, "url" | "close"> = {
    requests: [],
    busy: { now: 0, most: 0 },
    sent: new Map(),
    seeds: new Map(),
    release() {
      freed();
      hold = new Promise((resolve) => {
        freed = resolve;
      });
    },
  };

  async function file(url: URL, req: IncomingMessage, res: ServerResponse) {
    const name = url.pathname.slice(3);
    const option = (key: string) => url.searchParams.get(key);
    const number = (key: string) => Number(option(key) ?? 0);
    const size = number("size");
    const seed = standin.seeds.get(name) ?? name;
    const times = (counts.get(url.href) ?? 0) + 1;
    counts.set(url.href, times);
    if (option("fail") && times <= (number("times") || Number.POSITIVE_INFINITY)) {
      res.writeHead(number("fail")).end("no");
      return;
    }
    if (option("most") && standin.busy.now > number("most")) {
      res.writeHead(503).end("too many");
      return;
    }
    const tag = `"${createHash("sha1").update(seed).digest("hex")}"`;
    const headers: Record<string, string> = { "content-type": "application/octet-stream" };
    if (option("tag") !== "no") headers.etag = tag;
    if (option("cd")) headers["content-disposition"] = option("cd")!;
    let from = 0;
    let to = size;
    let status = 200;
    const asked = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? "");
    const fresh = !req.headers["if-range"] || req.headers["if-range"] === tag;
    if (asked && option("ranges") !== "no" && fresh) {
      from = Number(asked[1]);
      to = asked[2] ? Math.min(size, Number(asked[2]) + 1) : size;
      if (from >= size) {
        res.writeHead(416, { "content-range": `bytes */${size}` }).end();
        return;
      }
      status = 206;
      headers["content-range"] = `bytes ${from}-${to - 1}/${size}`;
    }
    if (!option("nolength")) headers["content-length"] = String(to - from + number("lie"));
    res.writeHead(status, headers);
    const block = blockOf(seed);
    const gone = new Promise((resolve) => res.once("close", resolve));
    const dropping = option("drop") && times <= (number("drops") || Number.POSITIVE_INFINITY);
    let sent = 0;
    let held = !option("hold");
    for (let at = from; at < to; ) {
      if (!held && at >= number("hold")) {
        await Promise.race([hold, gone]);
        held = true;
      }
      if (res.destroyed) return;
      const start = at % BLOCK;
      const piece = block.subarray(start, Math.min(BLOCK, start + (to - at)));
      res.write(piece);
      at += piece.length;
      sent += piece.length;
      standin.sent.set(url.pathname, (standin.sent.get(url.pathname) ?? 0) + piece.length);
      if (dropping && sent >= number("drop")) {
        await sleep(20);
        res.destroy();
        return;
      }
      if (option("bps")) await sleep((piece.length / number("bps")) * 1000);
      if (res.writableNeedDrain) await Promise.race([new Promise((done) => res.once("drain", done)), gone]);
    }
    if (number("lie")) {
      await sleep(20);
      res.destroy();
    } else res.end();
  }

  const server = createServer((req, res) => {
    const url = new URL(req.url ?? "/", "http://files");
    standin.requests.push({ path: url.pathname, range: req.headers.range, ifRange: req.headers["if-range"] as string });
    standin.busy.now++;
    standin.busy.most = Math.max(standin.busy.most, standin.busy.now);
    res.once("close", () => standin.busy.now--);
    const to = url.searchParams.get("to");
    if (url.pathname === "/loop") res.writeHead(302, { location: "/loop" }).end();
    else if (url.pathname === "/redirect" && to) res.writeHead(302, { location: to }).end();
    else if (url.pathname.startsWith("/f/")) file(url, req, res).catch(() => res.destroy());
    else res.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as { port: number };
  return {
    ...standin,
    url: `http://${HOST}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
