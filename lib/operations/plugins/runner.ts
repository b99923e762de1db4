/**
 * One process of one plugin. A process and not a thread: a thread that runs out of memory may take the whole server with
 * it, a process cannot. It sees nothing of the server's environment, Node's permission model keeps it to its own folder,
 * a server that runs as root gives it to `nobody`, its heap and its memory are bounded, it has the lowest priority, and it
 * is read no faster than it may speak.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { constants, setPriority } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import type { LogLevel } from "./contract";
import { checkFolder, unprivilegedUser } from "./folder";

/** Run as it stands, from the project's folder, in production too. */
const RUNTIME = resolve("lib/operations/plugins/runtime");
const WORKER = join(RUNTIME, "worker.mjs");
const HEAP_MB = 64;
/** Memory that is not heap (buffers) counts here; looked at every RSS_EVERY_MS, on Linux. */
const RSS_MB = 256;
const RSS_EVERY_MS = 500;
const LINE_MAX = 1_048_576;
/** Lines read in SPAN_MS; the rest waits in the plugin's own memory. */
const LINES_MAX = 200;
const SPAN_MS = 100;
const STOP_MS = 2_000;
const STDERR_MAX = 2_000;
const LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];

export type RunnerOptions = {
  folder: string;
  hooks: readonly string[];
  settings: Record<string, unknown>;
  /** Answers a call of the context; what it throws is told to the plugin. */
  onCall(method: string, args: unknown): Promise<unknown>;
  onLog(level: LogLevel, message: string): void;
  /** Something went wrong outside of a hook. */
  onProblem(message: string): void;
};
type Said = {
  ready?: boolean;
  done?: number;
  ms?: number;
  error?: string;
  call?: number;
  method?: string;
  args?: unknown;
  log?: LogLevel;
  message?: string;
  problem?: string;
  fatal?: string;
};

/** Linux ends the process with the server then, even one that loops when the server is killed. */
const SETPRIV = "/usr/bin/setpriv";
const DIES_WITH_US = process.platform === "linux" && existsSync(SETPRIV) ? [SETPRIV, "--pdeathsig", "KILL", "--"] : [];

/**
 * Starts the process. `ready` rejects, and `exited` resolves, with why it ended in one line.
 *
 * @throws Error when a file of the plugin lies outside of its folder
 */
export function startRunner({ folder, hooks, settings, onCall, onLog, onProblem }: RunnerOptions) {
  checkFolder(folder);
  const command = [...DIES_WITH_US, process.execPath];
  const child = spawn(
    command[0]!,
    [
      ...command.slice(1),
      "--permission",
      `--allow-fs-read=${RUNTIME}/`,
      `--allow-fs-read=${folder}/`,
      "--no-warnings",
      `--max-old-space-size=${HEAP_MB}`,
      WORKER,
    ],
    {
      cwd: folder,
      env: { NODE_ENV: "production" },
      stdio: ["ignore", "ignore", "pipe", "pipe"],
      // A process group of its own: a signal to "the group" would reach the server.
      detached: process.platform !== "win32",
      ...unprivilegedUser(folder, [RUNTIME, process.execPath]),
    },
  );
  const channel = child.stdio[3] as Socket;
  let reason: string | undefined;
  let stderr = "";
  let hookId = 0;
  let underway:
    | { id: number; resolve(result: { ms: number; error?: string }): void; reject(error: Error): void }
    | undefined;
  let becameReady = () => {};
  let failed: (error: Error) => void = () => {};
  const ready = new Promise<void>((resolve, reject) => {
    becameReady = resolve;
    failed = reject;
  });
  ready.catch(() => {});
  const watch = setInterval(() => {
    if (rssMb(child) > RSS_MB) kill(`used more than ${RSS_MB} MB of memory`);
  }, RSS_EVERY_MS).unref();

  child.once("spawn", () => {
    try {
      setPriority(child.pid!, constants.priority.PRIORITY_LOW);
      // When the machine runs out of memory, this goes before the server.
      if (process.platform === "linux") writeFileSync(`/proc/${child.pid}/oom_score_adj`, "1000");
    } catch {
      // It has ended already, or this is not ours to set here.
    }
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-STDERR_MAX);
  });
  const exited = new Promise<string>((resolve) => {
    const gone = (why: string) => {
      clearInterval(watch);
      clearTimeout(resume);
      channel.destroy();
      const said = reason ?? why;
      failed(new Error(said));
      underway?.reject(new Error(said));
      underway = undefined;
      resolve(said);
    };
    child.once("error", (error) => gone(`its process could not be started: ${error.message}`));
    // Not "exit": what it said last has been read only when its pipes are closed.
    child.once("close", (code, signal) => gone(ending(code, signal, stderr)));
  });

  channel.on("error", () => {});
  const write = (line: string) => {
    if (!channel.destroyed) channel.write(`${line}\n`);
  };
  const tell = (message: object) => write(JSON.stringify(message));
  let rest = "";
  let read = 0;
  let resume: NodeJS.Timeout | undefined;
  let spanUntil = 0;
  channel.setEncoding("utf8").on("data", (text: string) => {
    rest += text;
    take();
  });

  function take() {
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
      const at = Date.now();
      if (at >= spanUntil) {
        spanUntil = at + SPAN_MS;
        read = 0;
      }
      if (++read > LINES_MAX) {
        channel.pause();
        resume ??= setTimeout(() => {
          resume = undefined;
          channel.resume();
          take();
        }, spanUntil - at);
        return;
      }
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      try {
        hear(readJson(line));
      } catch {
        return kill("said something that is not of the protocol");
      }
    }
    if (rest.length > LINE_MAX) kill(`said more than ${LINE_MAX} bytes at once`);
  }

  function hear(said: Said) {
    if (said.ready) becameReady();
    else if (said.done !== undefined) {
      if (underway?.id !== said.done) return;
      underway.resolve({ ms: Number(said.ms) || 0, error: said.error === undefined ? undefined : String(said.error) });
      underway = undefined;
    } else if (said.call !== undefined) void reply(said.call, String(said.method), said.args);
    else if (said.log) onLog(LEVELS.includes(said.log) ? said.log : "info", String(said.message));
    else if (said.problem) onProblem(String(said.problem));
    else if (said.fatal) reason ??= String(said.fatal);
  }

  async function reply(id: number, method: string, args: unknown) {
    try {
      tell({ answer: id, value: (await onCall(method, args)) ?? null });
    } catch (error) {
      const known = error instanceof AppError;
      if (!known) onProblem(`${method}: ${(error as Error).message}`);
      tell({
        answer: id,
        error: known
          ? { code: error.code, message: error.message }
          : { code: "INTERNAL_ERROR", message: `${method} failed on the server` },
      });
    }
  }

  /** Ends it at once. */
  function kill(why: string) {
    reason ??= why;
    child.kill("SIGKILL");
  }

  tell({ begin: { entry: pathToFileURL(join(folder, "index.mjs")).href, hooks, settings } });
  return {
    ready,
    exited,
    kill,
    get pid() {
      return child.pid;
    },
    /** Calls one hook with an event (JSON); one at a time. Rejects when the process ends meanwhile. */
    hook(name: string, event: string): Promise<{ ms: number; error?: string }> {
      return new Promise((resolve, reject) => {
        underway = { id: ++hookId, resolve, reject };
        write(`{"hook":"${name}","id":${hookId},"event":${event}}`);
      });
    },
    settings: (values: Record<string, unknown>) => tell({ settings: values }),
    /** Lets it end by itself for a while, then ends it. */
    async stop(): Promise<void> {
      reason ??= "stopped";
      tell({ stop: true });
      const timer = setTimeout(() => kill("stopped"), STOP_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

export type Runner = ReturnType<typeof startRunner>;

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
