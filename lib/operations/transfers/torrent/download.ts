/**
 * Torrents and magnets, by aria2. It fetches into `<folder>/<task id>/.incoming`, under names made here; when all of it is
 * there it is moved to its place. What the torrent says lies in `.torrent` beside it, so that any process, and an aria2
 * that was started anew, can go on. aria2's id of a transfer follows from the transfer's own: none is ever lost.
 *
 * aria2 makes its own connections. Trackers and web seeds it is told of are judged first; peers are not ours to judge.
 */
import { lstat, mkdir, rename, rm } from "node:fs/promises";
import { join, sep } from "node:path";
import { Hopeless } from "@/lib/operations/transfers/fetch/open";
import type { Aria2, Aria2Options } from "./aria2";
import { attend } from "./attend";
import { findTorrent } from "./find";
import { type Content, gidOf, NOT_HERE, type TorrentClient, type TorrentFetch } from "./job";
import { readMagnet, writeTorrent } from "./metainfo";
import { permittedSeeds, permittedTrackers } from "./trackers";

const INCOMING = ".incoming";
const NO_ARIA2 =
  "torrents and magnets are not supported on this server: it has no aria2 (set ARIA2_RPC_URL, see docs/transfers.md)";

/**
 * One attempt to download a torrent's files.
 *
 * @throws Hopeless when another attempt cannot help; AppError when it may; the signal's reason when aborted
 */
async function fetchTorrent(client: TorrentClient, job: TorrentFetch): Promise<Content[]> {
  const { aria2 } = client;
  const folder = join(job.dir, job.id);
  const incoming = join(folder, INCOMING);
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  const torrent = await findTorrent(client, job, incoming);
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
    const whole = writeTorrent(torrent.info, trackers, await permittedSeeds(torrent.webSeeds));
    const options = (): Aria2Options => ({
      gid,
      dir: incoming,
      "index-out": files.map(({ path }, at) => `${at + 1}=${path ?? `.padding/${at + 1}`}`),
      "max-download-limit": String(job.limit()),
      // Verify and reuse the bytes on disk, however aria2 or this server ended.
      ...{ "check-integrity": "true", "file-allocation": "none", "seed-time": "0" },
    });
    await attend(client, job, gid, () => aria2.addTorrent(whole, options(), job.signal), size);
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

type Options = Omit<TorrentClient, "aria2"> & { aria2: Aria2 | undefined };

export function createTorrents({ aria2, ...waits }: Options) {
  /**
   * Makes aria2 stop its work for a transfer. Never rejects: if aria2 cannot be reached now, `sweep` stops it later.
   */
  async function forget(id: string): Promise<void> {
    for (const stage of ["metadata", "content"] as const) await aria2?.remove(gidOf(id, stage)).catch(() => {});
  }

  return {
    missing: (): string | undefined => (aria2 ? undefined : NO_ARIA2),
    forget,

    async fetch(job: TorrentFetch): Promise<Content[]> {
      if (!aria2) throw new Hopeless("UNAVAILABLE", NO_ARIA2);
      return fetchTorrent({ aria2, ...waits }, job);
    },

    /**
     * Checks a magnet before it is queued. @throws AppError INVALID_INPUT it names no torrent, or it has trackers and
     * none of them is allowed
     */
    async check(magnet: string): Promise<void> {
      await permittedTrackers(readMagnet(magnet).trackers);
    },

    /** Stops aria2's downloads below `dir` for transfers that no longer exist. */
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
