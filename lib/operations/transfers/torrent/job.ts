/** A torrent that is to be fetched, and aria2's ids for it. */
import { createHash } from "node:crypto";
import type { Aria2 } from "./aria2";

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

export type TorrentClient = {
  aria2: Aria2;
  pollMs: number;
  /** After so long without a byte another transfer gets its turn. */
  stallMs: number;
};

export const NOT_HERE =
  "aria2 has finished, but its files are not here: it must run on this server's machine and user, or share the download folder at the same path";

type Stage = "metadata" | "content";
/** Follows from the transfer's own id, so that it is never lost. */
export const gidOf = (id: string, stage: Stage) =>
  createHash("sha256").update(`${id} ${stage}`).digest("hex").slice(0, 16);
