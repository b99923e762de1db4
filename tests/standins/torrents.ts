/**
 * Everything a torrent test needs: the .torrent or magnet, an HTTP tracker, a seed with the content, and a real aria2
 * (Debian's package) to fetch and seed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as listen } from "node:net";
import { join } from "node:path";
import { type Encodable, encode } from "@/lib/operations/transfers/torrent/bencode";

/** The address of tracker and seeds, the only one of this machine that the tests allow. */
const HOST = "127.0.0.2";

export type TorrentContent = { path: string[]; bytes: Buffer };
export type Torrent = { bytes: Buffer; infoHash: string; magnet: string; content: TorrentContent[]; name: string };

/** One file whose path is empty is a torrent of a single file. */
export function aTorrent(
  name: string,
  content: TorrentContent[],
  { trackers = [], webSeeds = [], extra = {} }: { trackers?: string[]; webSeeds?: string[]; extra?: object } = {},
): Torrent {
  const all = Buffer.concat(content.map(({ bytes }) => bytes));
  const pieceLength = 65_536;
  const pieces: Buffer[] = [];
  for (let at = 0; at < all.length; at += pieceLength)
    pieces.push(
      createHash("sha1")
        .update(all.subarray(at, at + pieceLength))
        .digest(),
    );
  const single = content.length === 1 && content[0]!.path.length === 0;
  const info: Encodable = {
    name,
    "piece length": pieceLength,
    pieces: Buffer.concat(pieces),
    ...(single
      ? { length: all.length }
      : { files: content.map(({ path, bytes }) => ({ length: bytes.length, path })) }),
    ...extra,
  };
  const infoHash = createHash("sha1").update(encode(info)).digest("hex");
  return {
    name,
    content,
    infoHash,
    bytes: encode({
      info,
      ...(trackers[0] && { announce: trackers[0], "announce-list": trackers.map((one) => [one]) }),
      ...(webSeeds.length > 0 && { "url-list": webSeeds }),
    }),
    magnet: `magnet:?xt=urn:btih:${infoHash}&dn=${encodeURIComponent(name)}${trackers.map((one) => `&tr=${encodeURIComponent(one)}`).join("")}`,
  };
}

export type TorrentServer = {
  /** The announce address, to put into torrents. */
  announce: string;
  /** The address of the .torrent files: `/<key>.torrent`. */
  url: string;
  torrents: Map<string, Buffer>;
  /** Announced peers (`ip:port`) by info hash. */
  peers: Map<string, Set<string>>;
  close(): Promise<void>;
};

/** A tracker (BEP 3, compact answers of BEP 23) that is a web server for .torrent files too. */
export async function torrentServer(): Promise<TorrentServer> {
  const peers: TorrentServer["peers"] = new Map();
  const torrents: TorrentServer["torrents"] = new Map();
  const server = createServer((req, res) => {
    const url = new URL(req.url ?? "/", "http://tracker");
    const file = torrents.get(/^\/(.+)\.torrent$/.exec(url.pathname)?.[1] ?? "");
    if (file) return res.writeHead(200, { "content-type": "application/x-bittorrent" }).end(file);
    if (url.pathname !== "/announce") return res.writeHead(404).end();
    // The hash is raw bytes and not text, so read the query unparsed.
    const raw = /[?&]info_hash=([^&]*)/.exec(req.url ?? "")?.[1] ?? "";
    const hash = Buffer.from(
      raw.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
      "latin1",
    ).toString("hex");
    const ip = (req.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
    const known = peers.get(hash) ?? new Set();
    peers.set(hash, known);
    const me = `${ip}:${url.searchParams.get("port")}`;
    const others = [...known].filter((one) => one !== me);
    if (url.searchParams.get("event") === "stopped") known.delete(me);
    else known.add(me);
    const compact = Buffer.concat(
      others.map((one) => {
        const [address = "", port = "0"] = one.split(":");
        return Buffer.from([...address.split(".").map(Number), Number(port) >> 8, Number(port) & 255]);
      }),
    );
    return res.end(encode({ interval: 2, "min interval": 1, complete: 1, incomplete: 1, peers: compact }));
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const url = `http://${HOST}:${(server.address() as { port: number }).port}`;
  return {
    announce: `${url}/announce`,
    url,
    torrents,
    peers,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function freePort(): Promise<number> {
  const server = listen();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export type Aria2 = {
  url: string;
  secret: string;
  process: ChildProcess;
  /** Calls its RPC as a separate client. */
  call<T>(method: string, ...params: unknown[]): Promise<T>;
  /** Stops it with SIGTERM, or kills it. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port. */
  again(): Promise<void>;
};

/** Runs Debian's aria2c as a daemon, without the tester's configuration and without access beyond this machine. */
export async function aria2(folder: string, options: string[] = []): Promise<Aria2> {
  const secret = "a secret of the tests";
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/jsonrpc`;
  const daemon = { url, secret } as Aria2;
  daemon.call = async (method, ...params) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: "1", method, params: [`token:${secret}`, ...params] });
    const reply = await fetch(url, { method: "POST", body });
    const { result, error } = (await reply.json()) as { result: never; error?: { message: string } };
    if (error) throw new Error(error.message);
    return result;
  };
  daemon.again = async () => {
    const bt = await freePort();
    daemon.process = spawn(
      "aria2c",
      [
        ...["--no-conf", "--enable-rpc", `--rpc-listen-port=${port}`, `--rpc-secret=${secret}`, `--dir=${folder}`],
        ...["--enable-dht=false", "--enable-dht6=false", "--bt-enable-lpd=false", "--disable-ipv6"],
        ...[
          `--listen-port=${bt}`,
          "--quiet",
          "--max-concurrent-downloads=100",
          `--stop-with-process=${process.pid}`,
          ...options,
        ],
      ],
      { stdio: "ignore" },
    );
    for (;;) {
      if (await daemon.call("aria2.getVersion").catch(() => null)) return;
      if (daemon.process.exitCode !== null) throw new Error(`aria2c ended with ${daemon.process.exitCode}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  };
  daemon.stop = async (signal = "SIGTERM") => {
    if (daemon.process.exitCode !== null || daemon.process.signalCode !== null) return;
    const gone = once(daemon.process, "exit");
    daemon.process.kill(signal);
    await gone;
  };
  await daemon.again();
  return daemon;
}

/** Gives an aria2 the content to seed. Resolves when the tracker knows it. */
export async function seed(
  daemon: Aria2,
  folder: string,
  { bytes, content, infoHash }: Torrent,
  { peers }: TorrentServer,
): Promise<void> {
  const dir = join(folder, infoHash);
  mkdirSync(dir);
  for (const [index, file] of content.entries()) writeFileSync(join(dir, `${index + 1}`), file.bytes);
  await daemon.call("aria2.addTorrent", bytes.toString("base64"), [], {
    dir,
    "index-out": content.map((_, index) => `${index + 1}=${index + 1}`),
    "check-integrity": "true",
    "seed-ratio": "0.0",
  });
  while (!peers.get(infoHash)?.size) await new Promise((done) => setTimeout(done, 20));
}
