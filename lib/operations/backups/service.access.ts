/** Finds the backup that a request names. */
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { type Backup, FILENAME } from "./contract";
import type { BackupDisk } from "./disk";

/** @throws AppError NOT_FOUND */
export async function existingBackup(disk: Pick<BackupDisk, "read">, filename: string): Promise<Backup> {
  const backup = FILENAME.test(filename) ? await disk.read(filename) : null;
  if (!backup) throw new AppError("NOT_FOUND", `No backup ${cutText(filename, 100)}`);
  return backup;
}
