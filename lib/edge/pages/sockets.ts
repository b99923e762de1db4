/** The two private sockets between this process and that of the pages. Only this process's user can reach them. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The longest path of a Unix socket is 103 bytes on macOS and 107 on Linux. */
const PATH_MAX = 103;

export type PrivateSockets = {
  /** The API, for what pages read. */
  api: string;
  /** The pages. */
  pages: string;
  remove(): void;
};

/** Chooses the addresses, and makes their folder. @throws Error when no folder can be made */
export function makePrivateSockets(dataDir: string): PrivateSockets {
  if (process.platform === "win32") {
    const name = randomBytes(16).toString("hex");
    return { api: `\\\\.\\pipe\\muster-${name}-api`, pages: `\\\\.\\pipe\\muster-${name}-pages`, remove: () => {} };
  }
  const folder = makeFolder([tmpdir(), "/tmp", dataDir]);
  return {
    api: join(folder, "api"),
    pages: join(folder, "pages"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Makes a folder that only this user can enter, in the first place that is writable and not too long for a socket. */
function makeFolder(places: string[]): string {
  let problem: unknown = new Error(`The paths ${places.join(", ")} are too long for a Unix socket`);
  for (const place of places.filter((one) => Buffer.byteLength(join(one, "muster-XXXXXX", "pages")) <= PATH_MAX))
    try {
      return mkdtempSync(join(place, "muster-"));
    } catch (error) {
      problem = error;
    }
  throw problem;
}

/** Listens at a private address, also where a process that was killed has left its socket. */
export async function listenPrivately(server: Server, path: string): Promise<void> {
  if (process.platform !== "win32") rmSync(path, { force: true });
  server.listen(path);
  await once(server, "listening");
  if (process.platform !== "win32") chmodSync(path, 0o600);
}
