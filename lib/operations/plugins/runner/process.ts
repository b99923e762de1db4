/**
 * The operating system's side of a plugin's process. The process does not get the server's environment, Node's
 * permission model limits it to its own folder, a server that runs as root runs it as `nobody`, its heap and its memory
 * are limited, and it has the lowest priority.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join, resolve } from "node:path";
import { checkFolder, unprivilegedUser } from "@/lib/operations/plugins/folder";

/** The runtime is run from the project's folder without a build step, in production too. */
const RUNTIME = resolve("lib/operations/plugins/runtime");
const WORKER = join(RUNTIME, "worker.mjs");
const HEAP_MB = 64;
/** The limit of all memory, including memory outside the heap such as buffers. Checked every RSS_EVERY_MS, on Linux. */
const RSS_MB = 256;
const RSS_EVERY_MS = 500;
const STDERR_MAX = 2_000;

/** With `setpriv`, Linux ends the process when the server ends, even a process in an endless loop. */
const SETPRIV = "/usr/bin/setpriv";
const DIES_WITH_US = process.platform === "linux" && existsSync(SETPRIV) ? [SETPRIV, "--pdeathsig", "KILL", "--"] : [];

/**
 * Starts the worker for a plugin's folder. File descriptor 3 is its channel.
 *
 * @throws Error when a file of the plugin lies outside of its folder
 */
export function spawnWorker(folder: string): ChildProcess {
  checkFolder(folder);
  const [program, ...args] = [
    ...[...DIES_WITH_US, process.execPath, "--permission"],
    ...[`--allow-fs-read=${RUNTIME}/`, `--allow-fs-read=${folder}/`],
    ...["--no-warnings", `--max-old-space-size=${HEAP_MB}`, WORKER],
  ];
  const child = spawn(program!, args, {
    cwd: folder,
    env: { NODE_ENV: "production" },
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    // A process group of its own: a signal to "the group" would reach the server.
    detached: process.platform !== "win32",
    ...unprivilegedUser(folder, [RUNTIME, process.execPath]),
  });
  child.once("spawn", () => {
    try {
      setPriority(child.pid!, constants.priority.PRIORITY_LOW);
      // When the machine runs out of memory, Linux then kills this process before the server.
      if (process.platform === "linux") writeFileSync(`/proc/${child.pid}/oom_score_adj`, "1000");
    } catch {
      // The process has already ended, or the server may not set this value here.
    }
  });
  return child;
}

/**
 * Resolves with the reason for the process's end, after all of its output has been read. `kill` ends a process that
 * uses too much memory.
 */
export function awaitEnd(child: ChildProcess, kill: (reason: string) => void): Promise<string> {
  const watch = setInterval(() => {
    if (rssMb(child) > RSS_MB) kill(`used more than ${RSS_MB} MB of memory`);
  }, RSS_EVERY_MS).unref();
  let stderr = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-STDERR_MAX);
  });
  return new Promise((resolve) => {
    const end = (reason: string) => {
      clearInterval(watch);
      resolve(reason);
    };
    child.once("error", (error) => end(`its process could not be started: ${error.message}`));
    // Wait for "close", not "exit": the last output has been read only when the pipes are closed.
    child.once("close", (code, signal) => end(ending(code, signal, stderr)));
  });
}

function ending(code: number | null, signal: string | null, stderr: string): string {
  if (/JavaScript heap out of memory/.test(stderr)) return `ran out of its ${HEAP_MB} MB of memory`;
  const last = stderr.trim().split("\n").at(-1)?.trim();
  return `its process ended with ${signal ?? `code ${code}`}${last ? `: ${last}` : ""}`;
}

/** Returns the resident memory in MB; 0 on systems where it cannot be read this way. */
function rssMb(child: ChildProcess): number {
  if (process.platform !== "linux" || child.pid === undefined) return 0;
  try {
    const pages = Number(readFileSync(`/proc/${child.pid}/statm`, "utf8").split(" ")[1]);
    return (pages * 4096) / 1_048_576;
  } catch {
    return 0;
  }
}
