/** The database work of backups, which SQLite and PostgreSQL each implement. */
import type { Queries } from "@/lib/core/db";
import type { Manifest } from "@/lib/operations/backups/contract";

/** A snapshot of the database, as files in a folder. `tables`: number of rows of each. */
export type Copy = {
  tables: Record<string, number>;
  migrations: string[];
  sources: { name: string; path: string }[];
};
export type Staged = {
  /** The migrations that were applied to an older backup. */
  migrated: string[];
  /** Removes staged data that is outside the folder. */
  discard?: () => Promise<void>;
};

/** A folder of files that is replaced together with the database. */
export type SwappedFiles = { live: string; staged: string } | null;

export interface DatabaseBackup {
  readonly provider: Manifest["provider"];
  /** Writes the copy into `folder`, which is empty. */
  copy(folder: string): Promise<Copy>;
  /**
   * Checks the unpacked database in `folder` and migrates it to this version, without touching the live one.
   * @throws AppError INVALID_INPUT saying why it cannot be restored
   */
  stage(folder: string, manifest: Manifest): Promise<Staged>;
  /** Changes the staged database in one transaction, before it is put in place. */
  amend<T>(folder: string, work: (staged: Queries) => Promise<T>): Promise<T>;
  /**
   * Replaces the live database with the staged one, and the live folder with `files`: everything or nothing. `marker`
   * exists during the swap.
   */
  swap(folder: string, files: SwappedFiles, marker: string): Promise<void>;
}
