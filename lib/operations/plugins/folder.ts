/** Checks of a plugin's folder: its size, its links, and its access rights. */
import { lstatSync, readdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

const ENTRIES_MAX = 10_000;

/**
 * Checks that every file of a plugin really is in its folder. Node's permission model checks a path and then follows
 * links, so a link to `/proc/1/environ` or to the server's key would expose that file.
 *
 * @throws Error naming the entry, with a message for the person who installs the plugin
 */
export function checkFolder(folder: string): void {
  const root = realpathSync(folder);
  walk(root, (path, stats) => {
    const name = relative(root, path);
    if (stats.isSymbolicLink() && !isWithin(root, target(path)))
      throw new Error(`${name} is a link that leads out of the plugin's folder: copy the file instead`);
    if (!stats.isSymbolicLink() && !stats.isFile() && !stats.isDirectory())
      throw new Error(`${name} is neither a file nor a folder: remove it`);
  });
}

/** The target of a link; for a dangling link, a path that lies in no folder. */
function target(link: string): string {
  try {
    return realpathSync(link);
  } catch {
    return "";
  }
}

const isWithin = (folder: string, path: string) => path === folder || path.startsWith(folder + sep);

/** Visits everything below a folder, without following links. */
function walk(root: string, visit: (path: string, stats: Stats) => void): void {
  const folders = [root];
  let entries = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    for (const name of readdirSync(folder)) {
      if (++entries > ENTRIES_MAX) throw new Error(`its folder holds more than ${ENTRIES_MAX} files`);
      const path = join(folder, name);
      const stats = lstatSync(path);
      visit(path, stats);
      if (stats.isDirectory()) folders.push(path);
    }
}

export type Identity = { uid: number; gid: number };
const [READ, ENTER] = [0o4, 0o1];

/**
 * The user `nobody`, for a plugin of a server that runs as root; undefined where the server is not root, or where
 * `nobody` could not read the plugin's folder, the runtime files or Node itself.
 */
export function unprivilegedUser(folder: string, runtime: readonly string[]): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const nobody = readNobody();
    const isOpen = [folder, ...runtime].every((path) => isOpenToAll(path));
    return nobody && isOpen ? nobody : undefined;
  } catch {
    return undefined;
  }
}

function readNobody(): Identity | undefined {
  const [, uid, gid] = /^nobody:[^:]*:(-?\d+):(-?\d+):/m.exec(readFileSync("/etc/passwd", "utf8")) ?? [];
  return uid === undefined || Number(uid) === 0 ? undefined : { uid: Number(uid), gid: Number(gid) };
}

function isOpenToAll(path: string): boolean {
  const real = realpathSync(resolve(path));
  for (let parent = dirname(real); ; parent = dirname(parent)) {
    if (!(statSync(parent).mode & ENTER)) return false;
    if (parent === dirname(parent)) break;
  }
  const isReadable = (stats: Stats) => {
    const needed = stats.isDirectory() ? READ | ENTER : READ;
    return stats.isSymbolicLink() || (stats.mode & needed) === needed;
  };
  const own = statSync(real);
  let isOpen = isReadable(own);
  if (own.isDirectory()) walk(real, (_, stats) => (isOpen &&= isReadable(stats)));
  return isOpen;
}
