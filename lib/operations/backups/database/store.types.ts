/** The database work of backups, which each database does in its own way. */
import type { Queries } from "@/lib/core/db";
import type { Manifest } from "@/lib/operations/backups/contract";

/** One moment of the database, as files in a folder. `tables`: rows of each. */
export type Copy = {
  tables: Record<string, number>;
  migrations: string[];
  sources: { name: string; path: string }[];
};
export type Staged = {
  /** Migrations an older backup was brought up to date with. */
  migrated: string[];
  /** Removes what lies elsewhere than in the folder. */
  discard?: () => Promise<void>;
};

/** A folder of files that is replaced together with the database. */
export type SwappedFiles = { live: string; staged: string } | null;

export interface DatabaseBackup {
  readonly provider: Manifest["provider"];
  /** Writes the copy into `folder`, which is empty. */
  copy(folder: string): Promise<Copy>;
  /**
   * Checks the unpacked database in `folder` and brings it to this version, the live one untouched.
   * @throws AppError INVALID_INPUT saying why it cannot be restored
   */
  stage(folder: string, manifest: Manifest): Promise<Staged>;
  /** Changes the staged database in one transaction, before it is put in place. */
  amend<T>(folder: string, work: (staged: Queries) => Promise<T>): Promise<T>;
  /** Puts what was staged, and `files`, in the place of what is there: all or nothing. `marker` exists meanwhile. */
  swap(folder: string, files: SwappedFiles, marker: string): Promise<void>;
}
