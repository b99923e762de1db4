/**
 * Torrents and magnets, by aria2. It fetches into `<folder>/<task id>/.incoming`, under names made here; when all of it is
 * there it is moved to its place. What the torrent says lies in `.torrent` beside it, so that any process, and an aria2
 * that was started anew, can go on. aria2's id of a transfer follows from the transfer's own: none is ever lost.
 *
 * aria2 makes its own connections. Trackers and web seeds it is told of are judged first; peers are not ours to judge.
 */
import { createHash } from "node:crypto";
import { lstat, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@/lib/core/errors";
import { mayAsk } from "@/lib/core/outbound/guard";
import { outbound } from "@/lib/core/outbound/index";
import { Hopeless, Waits } from "@/lib/operations/transfers/fetch/open";
import { type Aria2, type Aria2Options, type Aria2Status, Away, endOf, TAKEN } from "./aria2";
import {
  addressOf,
  infoHashOf,
  magnetOf,
  readMagnet,
  readTorrent,
  TORRENT_BYTES,
  type Torrent,
  writeTorrent,
} from "./metainfo";

/** A file a transfer brought: where it lies below the transfer's folder, and what it is called in lists. */
export type Content = { path: string; name: string; bytes: number };
export type TorrentFetch = {
  id: string;
  dir: string;
  url: string;
  /** As somebody asked for it. */
  name: string | null;
  /** Known to have come before. */
  downloaded: number;
  maxBytes: number;
  signal: AbortSignal;
  /** Bytes a second it may come at; 0 is any. */
  limit(): number;
  /** @throws AppError when the disk has no room for so many bytes more */
  room(bytes: number): Promise<void>;
  known(about: { size: number | null; name: string }): void;
  report(now: { downloaded?: number; speed: number; peers: number; seeders: number }): void;
};

const LOOKUP_MS = 2_000;
const FILE_MS = 60_000;
const LOOK_BYTES = 67_108_864;
const INCOMING = ".incoming";
const FOUND = ".torrent";
const TRACKERS = ["http:", "https:", "udp:"];
const SEEDS = ["http:", "https:"];
const NOT_HERE =
  "aria2 has finished, but its files are not here: it must run on this server's machine and user, or share the download folder at the same path";

type Stage = "metadata" | "content";
const gidOf = (id: string, stage: Stage) => createHash("sha256").update(`${id} ${stage}`).digest("hex").slice(0, 16);

/** @param stallMs after so long without a byte another transfer gets its turn */
export function createTorrents({
  aria2,
  pollMs,
  stallMs,
}: {
  aria2: Aria2 | undefined;
  pollMs: number;
  stallMs: number;
}) {
  const missing = (): string | undefined =>
    aria2
      ? undefined
      : "torrents and magnets are not supported on this server: it has no aria2 (set ARIA2_RPC_URL, see docs/transfers.md)";

  async function permitted(addresses: readonly string[], schemes: readonly string[]): Promise<string[]> {
    const judged = await Promise.all(
      addresses.map(async (text) => {
        const address = addressOf(text, schemes);
        return address && (await mayAsk(address.host, LOOKUP_MS)) ? [address.href] : [];
      }),
    );
    return judged.flat();
  }

  /** @throws Hopeless there are some, and none may be asked */
  async function permittedTrackers(all: readonly string[]): Promise<string[]> {
    const some = await permitted(all, TRACKERS);
    if (all.length > 0 && some.length === 0)
      throw new Hopeless(
        "INVALID_INPUT",
        "url: none of its trackers is a public address; OUTBOUND_ALLOW_CIDRS may allow them",
        { field: "url" },
      );
    return some;
  }

  /** The torrent: as it was found before, from its address, or from whoever has it. */
  async function find(client: Aria2, job: TorrentFetch, incoming: string): Promise<Torrent> {
    const file = join(job.dir, job.id, FOUND);
    const before = await readFile(file).catch(() => undefined);
    if (before) return readTorrent(before, job.name);
    const bytes = /^magnet:/i.test(job.url) ? await ofMagnet(client, job, incoming) : await ofAddress(job);
    const torrent = readTorrent(bytes, job.name);
    await writeFile(`${file}.new`, bytes, { mode: 0o600 });
    await rename(`${file}.new`, file);
    return torrent;
  }

  async function ofAddress({ url, signal }: TorrentFetch): Promise<Buffer> {
    const reply = await outbound(url, { timeoutMs: FILE_MS, maxBytes: TORRENT_BYTES, redirects: 10, signal });
    signal.throwIfAborted();
    if (reply.status === 200) return reply.body;
    const message = `${new URL(reply.url).host} answered ${reply.status}`;
    const again = reply.status >= 500 || [408, 425, 429].includes(reply.status);
    throw again ? new AppError("BAD_GATEWAY", message) : new Hopeless("BAD_GATEWAY", message);
  }

  async function ofMagnet(client: Aria2, job: TorrentFetch, incoming: string): Promise<Buffer> {
    const magnet = readMagnet(job.url);
    const trackers = await permittedTrackers(magnet.trackers);
    job.known({ size: null, name: job.name ?? magnet.name ?? magnet.infoHash });
    const gid = gidOf(job.id, "metadata");
    const options = { gid, dir: incoming, "bt-metadata-only": "true", "bt-save-metadata": "true" };
    await attend(client, job, gid, () => client.addUri(magnetOf(magnet, trackers), options, job.signal));
    const bytes = await readFile(join(incoming, `${magnet.infoHash}.torrent`)).catch(() => undefined);
    await client.remove(gid);
    if (!bytes) throw new Hopeless("UNAVAILABLE", NOT_HERE);
    const { info } = readTorrent(bytes, job.name);
    if (infoHashOf(info) !== magnet.infoHash) throw new AppError("BAD_GATEWAY", "aria2 downloaded a different torrent");
    return writeTorrent(info, magnet.trackers, []);
  }

  /** Has aria2 do one thing, and resolves when it is done. What was begun before is taken up. */
  async function attend(client: Aria2, job: TorrentFetch, gid: string, add: () => Promise<unknown>, size?: number) {
    const { signal } = job;
    let limit = 0;
    let last = { bytes: -1, at: performance.now(), looked: job.downloaded };
    const begin = async () => {
      if (size !== undefined) await job.room(size - job.downloaded);
      limit = job.limit();
      await add();
    };
    try {
      const before = await client.status(gid, signal);
      if (before?.status === "error" || before?.status === "removed") await client.remove(gid);
      for (; ; await sleep(pollMs, undefined, { signal })) {
        const now = await client.status(gid, signal);
        if (now?.status === "complete") return;
        if (!now) await begin();
        else if (now.status === "paused") await client.unpause(gid, signal);
        else if (now.status === "error") throw now.errorCode === TAKEN ? taken() : endOf(now);
        else if (now.status === "removed") throw new AppError("BAD_GATEWAY", "The download was removed in aria2");
        else {
          const isChecking = now.verifiedLength !== undefined || now.verifyIntegrityPending !== undefined;
          const { completedLength: bytes } = now;
          tell(job, now, size !== undefined && !isChecking);
          if (bytes !== last.bytes || isChecking || now.status === "waiting")
            last = { ...last, bytes, at: performance.now() };
          if (performance.now() - last.at > stallMs)
            throw new AppError("GATEWAY_TIMEOUT", "No peers with this torrent were found, or none of them sends data");
          if (bytes - last.looked >= LOOK_BYTES) {
            last.looked = bytes;
            await job.room(0);
          }
          if (limit !== job.limit()) {
            limit = job.limit();
            await client.change(gid, { "max-download-limit": String(limit) }, signal);
          }
        }
      }
    } catch (error) {
      // Its first answer may have been lost: it is asked again what there is. Otherwise it has no more business with it.
      if (signal.aborted) await client.pause(gid).catch(() => {});
      else if (!(error instanceof Away)) await client.remove(gid).catch(() => {});
      throw error;
    }
  }
  const taken = () => new Waits("CONFLICT", "aria2 is fetching this torrent for another transfer");
  function tell(job: TorrentFetch, now: Aria2Status, counts: boolean) {
    job.report({
      ...(counts && { downloaded: now.completedLength }),
      ...{ speed: counts ? now.downloadSpeed : 0, peers: now.connections, seeders: now.numSeeders },
    });
  }

  /**
   * One attempt to bring a torrent's files.
   *
   * @throws Hopeless what another attempt would not change; AppError what it might; the signal's reason when aborted
   */
  async function fetch(job: TorrentFetch): Promise<Content[]> {
    if (!aria2) throw new Hopeless("UNAVAILABLE", `${missing()}`);
    const folder = join(job.dir, job.id);
    const incoming = join(folder, INCOMING);
    await mkdir(incoming, { recursive: true, mode: 0o700 });
    const torrent = await find(aria2, job, incoming);
    const { name, size, files, isFolder } = torrent;
    if (size > job.maxBytes)
      throw new Hopeless(
        "PAYLOAD_TOO_LARGE",
        `It is larger than the ${job.maxBytes} bytes accepted here (TRANSFER_MAX_BYTES)`,
      );
    job.known({ size, name });
    const gid = gidOf(job.id, "content");
    const place = join(folder, name);
    if (!(await lstat(place).catch(() => null))) {
      const trackers = await permittedTrackers(torrent.trackers);
      const whole = writeTorrent(torrent.info, trackers, await permitted(torrent.webSeeds, SEEDS));
      const options = (): Aria2Options => ({
        gid,
        dir: incoming,
        "index-out": files.map(({ path }, at) => `${at + 1}=${path ?? `.padding/${at + 1}`}`),
        "max-download-limit": String(job.limit()),
        // Verify and reuse the bytes on disk, however aria2 or this server ended.
        ...{ "check-integrity": "true", "file-allocation": "none", "seed-time": "0" },
      });
      await attend(aria2, job, gid, () => aria2.addTorrent(whole, options(), job.signal), size);
      for (const { path, bytes } of files) {
        const found = path === null || (await lstat(join(incoming, path)).catch(() => null));
        if (found !== true && !(found?.isFile() && found.size === bytes)) throw new Hopeless("UNAVAILABLE", NOT_HERE);
      }
      await rename(join(incoming, name), place);
    }
    await aria2.remove(gid).catch(() => {});
    await rm(incoming, { recursive: true, force: true });
    const top = isFolder ? name.length + 1 : 0;
    return files.flatMap(({ path, bytes }) => (path === null ? [] : [{ path, name: path.slice(top), bytes }]));
  }

  /** aria2 ends what it does for a transfer. Never rejects: what it does not hear now it is told by `sweep`. */
  async function forget(id: string): Promise<void> {
    for (const stage of ["metadata", "content"] as const) await aria2?.remove(gidOf(id, stage)).catch(() => {});
  }

  return {
    missing,
    fetch,
    forget,

    /** Refuses a magnet early. @throws AppError INVALID_INPUT it names no torrent, or none of its trackers may be asked */
    async check(magnet: string): Promise<void> {
      await permittedTrackers(readMagnet(magnet).trackers);
    },

    /** Ends what aria2 does below `dir` for transfers nobody has any more. */
    async sweep(dir: string, known: (ids: string[]) => Promise<Set<string>>): Promise<void> {
      const ours = ((await aria2?.list()) ?? []).flatMap((one) => {
        const [id, last] = one.dir.startsWith(dir + sep) ? one.dir.slice(dir.length + 1).split(sep) : [];
        return id && last === INCOMING ? [{ gid: one.gid, id }] : [];
      });
      for (let at = 0; at < ours.length; at += 100) {
        const some = ours.slice(at, at + 100);
        const kept = await known(some.map(({ id }) => id));
        for (const { gid, id } of some) if (!kept.has(id)) await aria2?.remove(gid);
      }
    },
  };
}
export type Torrents = ReturnType<typeof createTorrents>;
