/**
 * Locks between processes that the operating system frees when their holder dies, however it dies. The lock is SQLite's
 * own, on an empty side file: a lock file made by hand has to guess whether its owner still lives, and two processes that
 * guess at the same moment both take it. The side file must stay where it is: whoever removes it lets a second owner in.
 */
import { openFile, sqliteCode } from "@/lib/core/db/sqlite";

export type FileLock = { release(): void };

const isBusy = (error: unknown) => sqliteCode(error) === "SQLITE_BUSY";

/**
 * Takes the lock on `file`, which is made when it is missing (its folder is not).
 *
 * @returns undefined while another process, or another part of this one, holds it
 * @throws Error when the file cannot be opened
 */
export function tryFileLock(file: string): FileLock | undefined {
  const connection = openFile(file);
  try {
    connection.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    connection.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return { release: () => void connection.close() };
}

/** True while a process holds the lock on `file`. Checking takes a shared lock briefly, so a taker may have to retry. */
export function isFileLocked(file: string): boolean {
  const connection = openFile(file);
  try {
    connection.prepare("SELECT 1 FROM sqlite_master").all();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    connection.close();
  }
}
