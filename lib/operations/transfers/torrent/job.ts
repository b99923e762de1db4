/** A torrent to download, and aria2's ids for it. */
import { createHash } from "node:crypto";
import type { Aria2 } from "./aria2";

/** A file a transfer brought: where it lies below the transfer's folder, and what it is called in lists. */
export type Content = { path: string; name: string; bytes: number };
export type TorrentFetch = {
  id: string;
  dir: string;
  url: string;
  /** The name that the person asked for. */
  name: string | null;
  /** The number of bytes that earlier attempts downloaded. */
  downloaded: number;
  maxBytes: number;
  signal: AbortSignal;
  /** Returns the bytes a second for this torrent; 0 means no limit. */
  limit(): number;
  /** @throws AppError when the disk has no room for that many more bytes */
  room(bytes: number): Promise<void>;
  known(about: { size: number | null; name: string }): void;
  report(now: { downloaded?: number; speed: number; peers: number; seeders: number }): void;
};

export type TorrentClient = {
  aria2: Aria2;
  pollMs: number;
  /** After this long without a byte, the torrent gives way to another transfer. */
  stallMs: number;
};

export const NOT_HERE =
  "aria2 has finished, but its files are not here: it must run on this server's machine and user, or share the download folder at the same path";

type Stage = "metadata" | "content";
/** Derives aria2's id from the transfer's id, so that it cannot be lost. */
export const gidOf = (id: string, stage: Stage) =>
  createHash("sha256").update(`${id} ${stage}`).digest("hex").slice(0, 16);
