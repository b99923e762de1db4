/** Shared by all destinations of files. */
import type { StoredFile } from "@/lib/operations/transfers/rows";

export type Sending = {
  /** The file on this disk; `part` says which bytes of it. */
  file: string;
  part: StoredFile;
  /** The folders of this file within a torrent of several files. */
  folders: readonly string[];
  folderId: string | null;
  /** Kept with the transfer, so that it can go on after a restart. */
  state: Record<string, unknown>;
  /** Bytes that have arrived of this part. */
  arrived(bytes: number): void;
  /** Called before each chunk is sent. */
  throttle(bytes: number, signal: AbortSignal): Promise<void>;
  signal: AbortSignal;
};

export type Sender = {
  /** An interrupted part goes on from where it was, rather than from its first byte. */
  resumes?: boolean;
  /** Names the setting that is missing; undefined when the destination can be used. */
  missing(): string | undefined;
  /** @returns where it lies now. @throws AppError; Hopeless what another attempt would not change */
  send(sending: Sending): Promise<string>;
};
