/**
 * The operating system's side of a plugin's process. It sees nothing of the server's environment, Node's permission model
 * keeps it to its own folder, a server that runs as root gives it to `nobody`, its heap and its memory are bounded, and it
 * has the lowest priority.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join, resolve } from "node:path";
import { checkFolder, unprivilegedUser } from "@/lib/operations/plugins/folder";

/** Run as it stands, from the project's folder, in production too. */
const RUNTIME = resolve("lib/operations/plugins/runtime");
const WORKER = join(RUNTIME, "worker.mjs");
const HEAP_MB = 64;
/** Memory that is not heap (buffers) counts here; looked at every RSS_EVERY_MS, on Linux. */
const RSS_MB = 256;
const RSS_EVERY_MS = 500;
const STDERR_MAX = 2_000;

/** Linux ends the process with the server then, even one that loops when the server is killed. */
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
      // When the machine runs out of memory, this goes before the server.
      if (process.platform === "linux") writeFileSync(`/proc/${child.pid}/oom_score_adj`, "1000");
    } catch {
      // It has ended already, or this is not ours to set here.
    }
  });
  return child;
}

/** Resolves with why the process ended, once all that it sent has been read. `kill` ends one that takes too much memory. */
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
    // Not "exit": what it said last has been read only when its pipes are closed.
    child.once("close", (code, signal) => end(ending(code, signal, stderr)));
  });
}

function ending(code: number | null, signal: string | null, stderr: string): string {
  if (/JavaScript heap out of memory/.test(stderr)) return `ran out of its ${HEAP_MB} MB of memory`;
  const last = stderr.trim().split("\n").at(-1)?.trim();
  return `its process ended with ${signal ?? `code ${code}`}${last ? `: ${last}` : ""}`;
}

/** Resident memory in MB; 0 where the system does not tell it this way. */
function rssMb(child: ChildProcess): number {
  if (process.platform !== "linux" || child.pid === undefined) return 0;
  try {
    const pages = Number(readFileSync(`/proc/${child.pid}/statm`, "utf8").split(" ")[1]);
    return (pages * 4096) / 1_048_576;
  } catch {
    return 0;
  }
}
