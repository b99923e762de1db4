/**
 * The server's own log as a file beside stdout, with a bounded size: `muster.log`, and the older `muster.log.1` to
 * `.4`. One process per data folder writes it; a second one there would rotate it too, and lose nothing but order.
 *
 * Kept instead of `pino-roll` (4.0), which rolls only after the event loop has turned: with a limit of 1 MB, 20 MB logged in one
 * burst became one file of 20 MB. It also numbers files upwards without end and brings 28 MB of date-fns.
 */
import { mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";

const FILE_BYTES = 10_485_760;
const OLDER = 4;

type LogFile = { write(line: string): void; sizes(): number[] };
let current: LogFile | undefined;

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/**
 * A rotating file in `dir`.
 *
 * @param maxBytes  a file is put away before it would grow beyond this
 * @throws Error when the folder cannot be made
 */
export function openLogFile(dir: string, maxBytes = FILE_BYTES): LogFile {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, "muster.log");
  const older = (n: number) => `${path}.${n}`;
  // Write synchronously, because after a crash the lines of the last second matter most.
  const out = pino.destination({ dest: path, sync: true, mode: 0o600 });
  // A full disk must not stop the server; stdout still has every line.
  out.on("error", () => {});
  let size = sizeOf(path);

  function rotate() {
    for (let n = OLDER - 1; n >= 1; n--) if (sizeOf(older(n)) > 0) renameSync(older(n), older(n + 1));
    renameSync(path, older(1));
    out.reopen();
    size = 0;
  }

  const file: LogFile = {
    write(line) {
      const bytes = Buffer.byteLength(line);
      try {
        if (size > 0 && size + bytes > maxBytes) rotate();
        out.write(line);
        size += bytes;
      } catch {
        // Rotation may fail on a full disk too, which must not stop the server.
      }
    },
    sizes: () =>
      [path, ...Array.from({ length: OLDER }, (_, n) => older(n + 1))].map(sizeOf).filter((bytes) => bytes > 0),
  };
  return file;
}

/** Names the file that the log of this process is in. */
export function setLogFile(file: LogFile): void {
  current = file;
}

/** Bytes of the log file and of each older one; empty where none is written. */
export const logFileSizes = (): number[] => current?.sizes() ?? [];
