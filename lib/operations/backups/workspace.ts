/** Temporary files in the folder of backups, and the marks of uploads. Their names begin with a dot. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, open, readdir, rename, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The bytes that must stay free for the database. */
const RESERVE_BYTES = 268_435_456;
const WORK = ".work-";

export function createWorkspace(folder: string) {
  const markOf = (filename: string) => join(folder, `.uploaded-${filename}`);
  return {
    /** Returns the path for a temporary file, until `keep` gives the file its final name. */
    draft: () => join(folder, `${WORK}${randomBytes(8).toString("hex")}`),
    keep: (draft: string, filename: string) => rename(draft, join(folder, filename)),

    /**
     * Gives an upload its final name and marks it. Its manifest only says why it was taken, so without the mark the
     * schedule would count an uploaded daily backup as one of its own and delete it.
     */
    async keepUpload(draft: string, filename: string): Promise<void> {
      await writeFile(markOf(filename), "", { mode: 0o600 });
      await rename(draft, join(folder, filename));
    },
    isUpload: (filename: string) => existsSync(markOf(filename)),
    unmark: (filename: string) => rm(markOf(filename), { force: true }),

    /** Creates an empty temporary folder. */
    workplace: () => mkdtemp(join(folder, WORK)),

    /** Removes the files that a process left when it died. Call only under the lock. */
    async sweep(): Promise<void> {
      for (const name of await readdir(folder).catch(() => [] as string[]))
        if (name.startsWith(WORK)) await rm(join(folder, name), { recursive: true, force: true });
    },

    /** Returns the number of bytes that may be written. */
    async room(): Promise<number> {
      const { bavail, bsize } = await statfs(folder);
      return Math.max(0, bavail * bsize - RESERVE_BYTES);
    },

    /**
     * Writes the incoming bytes to `draft`. @throws what reading the bytes throws; the caller has to remove the file
     */
    async write(draft: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
      const handle = await open(draft, "wx", 0o600);
      try {
        for await (const chunk of bytes) await handle.writeFile(chunk);
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
  };
}
