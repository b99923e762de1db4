/** The stored form of a transfer, and the form that clients receive. */

import { iso, isoOrNull } from "@/lib/core/clock";
import { readJson } from "@/lib/core/format/json";
import { etaText, sizeText, speedText } from "@/lib/core/format/units";
import type { Task } from "./contract";
import { maskedUrl } from "./fetch/credentials";
import type { TaskRow } from "./store.types";

export type { TaskRow };

/**
 * `from` is the offset at which the part starts in its file; `remote` the address of the file at its destination;
 * `path` its path below the transfer's folder, which defaults to the transfer's filename.
 */
export type StoredFile = { name: string; bytes: number; from: number; remote: string | null; path?: string };

/** Fields that change many times a second and are stored every few seconds. */
export type Live = Pick<
  TaskRow,
  "size" | "downloaded" | "uploaded" | "speed" | "connections" | "filename" | "phase"
> & {
  seeders?: number;
};
/** The most files shown per transfer in lists. */
const TOLD_FILES = 50;

/** Returns an id from another platform: as a number if JSON keeps its digits, otherwise as text. */
export const outsideIdOf = (text: string): number | string => (/^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text);

/** @param all true to include every file of the transfer */
export function taskOf(row: TaskRow, live?: Live, all = false): Task {
  const now = { ...row, ...live };
  const { size, status } = now;
  const sendsOn = row.destination !== "local";
  const total = size === null ? null : size * (sendsOn ? 2 : 1);
  const done = now.downloaded + (sendsOn ? now.uploaded : 0);
  const progress = status === "completed" ? 100 : total ? Math.min(100, Math.floor((done / total) * 1000) / 10) : 0;
  const speed = status === "active" ? now.speed : null;
  const eta = speed && total !== null ? Math.max(0, Math.round((total - done) / speed)) : null;
  const files = readJson(row.files) as StoredFile[];
  const swarm = row.kind === "torrent" && status === "active" && now.phase === "fetch";
  const isHere = row.dir !== "" && row.destination === "local" && status === "completed";
  return {
    id: row.id,
    type: row.kind === "torrent" ? "torrent" : now.phase === "send" ? "upload" : "download",
    url: maskedUrl(row.url, row.credentials),
    status,
    progress,
    filename: now.filename,
    size: size === null ? null : sizeText(size),
    downloaded: sizeText(now.downloaded),
    speed: speed === null ? null : speedText(speed),
    eta: eta === null ? null : etaText(eta),
    startTime: isoOrNull(row.started_at),
    user:
      row.requested_for === null
        ? { id: row.owner_id, username: row.username }
        : { id: outsideIdOf(row.requested_for), username: row.contact_name ?? row.requested_for },
    owner: { id: row.owner_id, username: row.username },
    destination: row.destination,
    error: row.error,
    checksum: row.checksum,
    attempts: row.attempts,
    connections: status === "active" ? now.connections : 0,
    peers: swarm ? now.connections : null,
    seeders: swarm ? (live?.seeders ?? (readJson(row.state) as { seeders?: number }).seeders ?? 0) : null,
    fileCount: files.length,
    files: (all ? files : files.slice(0, TOLD_FILES)).map(({ name, bytes, remote }, index) => ({
      name,
      size: sizeText(bytes),
      bytes,
      part: index + 1,
      href: isHere ? `/api/tasks/${row.id}/files/${index + 1}` : null,
      remote,
    })),
    createdAt: iso(row.created_at),
    finishedAt: isoOrNull(row.finished_at),
    deleteAt: isoOrNull(row.delete_at),
    requestedFor: row.requested_for,
    sizeBytes: size,
    downloadedBytes: now.downloaded,
    speedBytes: speed,
    etaSeconds: eta,
  };
}
