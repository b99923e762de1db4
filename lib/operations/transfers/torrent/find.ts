/** Finds a torrent's metadata, and stores it beside the files, so that any process can continue. */
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@/lib/core/errors";
import { outbound } from "@/lib/core/outbound/index";
import { Hopeless } from "@/lib/operations/transfers/fetch/open";
import { attend } from "./attend";
import { gidOf, NOT_HERE, type TorrentClient, type TorrentFetch } from "./job";
import { infoHashOf, magnetOf, readMagnet, readTorrent, TORRENT_BYTES, type Torrent, writeTorrent } from "./metainfo";
import { permittedTrackers } from "./trackers";

const FILE_MS = 60_000;
const FOUND = ".torrent";

/** Finds a torrent's metadata: stored by an earlier attempt, at its address, or from peers. */
export async function findTorrent(client: TorrentClient, job: TorrentFetch, incoming: string): Promise<Torrent> {
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

async function ofMagnet(client: TorrentClient, job: TorrentFetch, incoming: string): Promise<Buffer> {
  const magnet = readMagnet(job.url);
  const trackers = await permittedTrackers(magnet.trackers);
  job.known({ size: null, name: job.name ?? magnet.name ?? magnet.infoHash });
  const gid = gidOf(job.id, "metadata");
  const options = { gid, dir: incoming, "bt-metadata-only": "true", "bt-save-metadata": "true" };
  await attend(client, job, gid, () => client.aria2.addUri(magnetOf(magnet, trackers), options, job.signal));
  const bytes = await readFile(join(incoming, `${magnet.infoHash}.torrent`)).catch(() => undefined);
  await client.aria2.remove(gid);
  if (!bytes) throw new Hopeless("UNAVAILABLE", NOT_HERE);
  const { info } = readTorrent(bytes, job.name);
  if (infoHashOf(info) !== magnet.infoHash) throw new AppError("BAD_GATEWAY", "aria2 downloaded a different torrent");
  return writeTorrent(info, magnet.trackers, []);
}
