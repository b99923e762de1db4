/** The types shared by all destinations of files. */
import type { StoredFile } from "@/lib/operations/transfers/rows";

export type Sending = {
  /** The path of the file on this server; `part` says which bytes to send. */
  file: string;
  part: StoredFile;
  /** The folders of this file within a torrent of several files. */
  folders: readonly string[];
  folderId: string | null;
  /** State stored with the transfer, so that sending can continue after a restart. */
  state: Record<string, unknown>;
  /** Called with the number of bytes of this part that have arrived. */
  arrived(bytes: number): void;
  /** Called before each chunk is sent. */
  throttle(bytes: number, signal: AbortSignal): Promise<void>;
  signal: AbortSignal;
};

export type Sender = {
  /** True when an interrupted part continues where it stopped, and does not start from its first byte. */
  resumes?: boolean;
  /** Names the setting that is missing; undefined when the destination can be used. */
  missing(): string | undefined;
  /** @returns the address of the sent file. @throws AppError; Hopeless when another attempt cannot help */
  send(sending: Sending): Promise<string>;
};
