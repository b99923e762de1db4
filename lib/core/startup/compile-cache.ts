/**
 * Keeps V8's compiled code of the server between starts: compiling 3 MB of JavaScript is a seventh of the CPU of a start.
 * It lies in DATA_DIR/compiled rather than in the system's temporary folder, where another user could plant code.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";

const isElsewhere = () => Boolean(process.env.NODE_COMPILE_CACHE || process.env.NODE_DISABLE_COMPILE_CACHE);
const folderIn = (dataDir: string) => join(dataDir, "compiled");

/**
 * Modules imported from now on are compiled once per build; their code is written by `writeCompiledCode`, and what comes later
 * when the process ends. Code of earlier builds is removed. Nothing happens before a first start made the folder, where it cannot be written, or where
 * NODE_COMPILE_CACHE names another.
 *
 * @param program the file whose content changes with each build
 */
export function keepCompiledCode(program: string, dataDir: string): void {
  const root = folderIn(dataDir);
  if (isElsewhere() || !existsSync(root)) return;
  try {
    const build = Math.trunc(statSync(program).mtimeMs).toString(36);
    for (const name of readdirSync(root))
      if (name !== build) rmSync(join(root, name), { recursive: true, force: true });
    enableCompileCache(join(root, build));
  } catch {
    // The start works without the code, and says itself what is wrong with the folder.
  }
}

/** Makes the folder, readable by its owner alone, so that later starts keep their code. Call once the server has started. */
export function openCodeFolder(dataDir: string): void {
  if (isElsewhere()) return;
  try {
    mkdirSync(folderIn(dataDir), { mode: 0o700 });
  } catch {
    // The folder exists already, or nothing can be written: later starts then compile as this one did.
  }
}

const WRITE_MS = 10_000;

/**
 * Writes the compiled code a moment after the start. When the process ends it may be too late: a process that is killed writes
 * nothing, and V8 drops the code of functions that ran only once.
 */
export function writeCompiledCode(): void {
  setTimeout(flushCompileCache, WRITE_MS).unref();
}
