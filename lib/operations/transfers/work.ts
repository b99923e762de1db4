/**
 * The steps of one transfer, from its address to its destination. runner.ts decides which process runs them and when.
 */

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { readJson } from "@/lib/core/format/json";
import type { Destination } from "./contract";
import { finish, partsOf, removeFolder, room, unfinishedOf, verify } from "./disk";
import { bytesIn, type FetchState } from "./fetch/answers";
import { withCredentials } from "./fetch/credentials";
import { fetchFile } from "./fetch/fetch";
import { safeName } from "./fetch/names";
import { Hopeless } from "./fetch/open";
import type { Throttle } from "./fetch/throttle";
import type { Live, StoredFile, TaskRow } from "./rows";
import type { Sender } from "./send/sender";
import type { EngineStore } from "./store.engine";
import type { Torrents } from "./torrent/download";
import type { Content } from "./torrent/job";

/**
 * `asked` is the name that the person asked for, before the real one was known; `seeders` the number that other
 * processes report.
 */
export type State = FetchState & {
  sending?: Record<string, unknown>;
  asked?: string | null;
  seeders?: number;
  /** The number of failed attempts, and the most bytes that any of them left for the next one. */
  failures?: number;
  kept?: number;
};
export type WorkDeps = {
  store: Pick<EngineStore, "sent">;
  /** This process's name in the database. */
  me: string;
  settings: () => Promise<{ maxConcurrent: number; maxSplitBytes: number; autoDeleteMs: number }>;
  senders: Record<Exclude<Destination, "local">, Sender>;
  torrents: Pick<Torrents, "fetch">;
  throttle: Throttle;
  /** Returns the bytes a second for one torrent in aria2, where our throttle has no effect; 0 means no limit. */
  torrentLimit: () => number;
  connections: number;
  maxBytes: number;
};
type Job = { row: TaskRow; live: Live; state: State; signal: AbortSignal };

/** Returns the path of a file of a completed transfer. */
export const fileOf = (row: Pick<TaskRow, "dir" | "id" | "filename">, { path }: Pick<StoredFile, "path">): string =>
  join(row.dir, row.id, path ?? row.filename ?? "");

async function byHttp(deps: WorkDeps, { row, live, state, signal }: Job): Promise<Content[]> {
  if (live.phase === "fetch") {
    await fetchFile({
      url: withCredentials(row.url, row.credentials),
      file: unfinishedOf(row.dir, row.id),
      state,
      connections: deps.connections,
      maxBytes: deps.maxBytes,
      signal,
      throttle: deps.throttle,
      room: (bytes) => room(row.dir, bytes),
      known: ({ size, name }) => {
        live.size = size;
        live.filename = row.filename ?? name;
      },
      working: (connections) => {
        live.connections = connections;
      },
    });
    live.downloaded = live.size = bytesIn(state);
    if (row.checksum)
      await verify(unfinishedOf(row.dir, row.id), row.checksum, signal).catch((error) => {
        // The file on disk is not the requested one, so make the next attempt start from the first byte.
        if (error instanceof Hopeless) for (const key of ["segments", "validator", "size"] as const) delete state[key];
        throw error;
      });
    signal.throwIfAborted();
  }
  const name = safeName(live.filename ?? "download");
  live.filename = name;
  const { size } = await stat(await finish(row.dir, row.id, name));
  return [{ path: name, name, bytes: size }];
}

async function byTorrent(deps: WorkDeps, { row, live, state, signal }: Job): Promise<Content[]> {
  if (state.asked === undefined) state.asked = row.filename;
  const content = await deps.torrents.fetch({
    ...{ id: row.id, dir: row.dir, name: state.asked, downloaded: live.downloaded, signal },
    url: withCredentials(row.url, row.credentials),
    maxBytes: deps.maxBytes,
    limit: deps.torrentLimit,
    room: (bytes) => room(row.dir, bytes),
    known({ size, name }) {
      live.size = size;
      live.filename = safeName(name);
    },
    report({ downloaded, speed, peers, seeders }) {
      if (downloaded !== undefined) live.downloaded = downloaded;
      live.speed = speed;
      live.connections = peers;
      live.seeders = state.seeders = seeders;
    },
  });
  live.downloaded = live.size ?? 0;
  return content;
}

async function sendOn(
  { store, me, senders, throttle }: WorkDeps,
  to: Exclude<Destination, "local">,
  pieces: StoredFile[],
  job: Job,
): Promise<StoredFile[]> {
  const { row, live, state, signal } = job;
  const known = readJson(row.files) as StoredFile[];
  // Parts that were sent before a restart stay sent, if the file is divided the same way.
  const same = known.length === pieces.length && known.every((one, at) => one.bytes === pieces[at]!.bytes);
  const files = same ? known : pieces;
  live.connections = 1;
  const sum = () => files.reduce((bytes, one) => bytes + (one.remote ? one.bytes : 0), 0);
  live.uploaded = sum();
  state.sending ??= {};
  for (const part of files) {
    if (part.remote) continue;
    const before = sum();
    const folders = part.path?.split("/").slice(0, -1) ?? [];
    part.remote = await senders[to]
      .send({
        file: fileOf({ ...row, filename: live.filename }, part),
        part: { ...part, name: part.name.split("/").at(-1)! },
        ...{ folders, folderId: row.folder_id, state: state.sending, throttle, signal },
        arrived: (bytes) => {
          live.uploaded = before + bytes;
        },
      })
      .catch((error) => {
        // The next attempt sends this part from its first byte, so the bytes that arrived do not count as progress.
        if (!senders[to].resumes) live.uploaded = before;
        throw error;
      });
    live.uploaded = sum();
    row.files = JSON.stringify(files);
    await store.sent(row.id, me, row.files);
  }
  delete state.sending;
  await removeFolder(row.dir, row.id);
  return files;
}

export function createWork(deps: WorkDeps) {
  /**
   * Runs all steps of a transfer. @returns its files. @throws the errors of the steps, and the signal's reason when
   * aborted
   */
  return async (job: Job): Promise<StoredFile[]> => {
    const { row, live } = job;
    const known = readJson(row.files) as StoredFile[];
    // Every part had been sent when a process ended, and the files on disk are already deleted.
    if (live.phase === "send" && known.length > 0 && known.every(({ remote }) => remote)) return known;
    const { maxSplitBytes } = await deps.settings();
    const content = await (row.kind === "torrent" ? byTorrent(deps, job) : byHttp(deps, job));
    const pieces = content.flatMap((one) => partsOf(one, maxSplitBytes));
    if (row.destination === "local") return pieces;
    live.phase = "send";
    return sendOn(deps, row.destination, pieces, job);
  };
}
export type Work = ReturnType<typeof createWork>;
