/** The file with the link of a fresh server, which only the server's own user may read. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { env } from "@/lib/core/env";

const setupFile = join(env.DATA_DIR, "setup-link.txt");
export const linkFile = {
  async write(text: string) {
    await mkdir(dirname(setupFile), { recursive: true, mode: 0o700 });
    // Remove the file first, because overwriting one would keep its old permissions.
    await rm(setupFile, { force: true });
    await writeFile(setupFile, text, { mode: 0o600 });
  },
  remove: () => rm(setupFile, { force: true }),
};
