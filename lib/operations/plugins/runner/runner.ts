/**
 * Runs one process of one plugin, and exchanges messages over its channel. It is a process and not a thread, because a
 * thread that runs out of memory may crash the whole server.
 */

import type { Socket } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import type { LogLevel } from "@/lib/operations/plugins/contract";
import { readLines } from "./lines";
import { awaitEnd, spawnWorker } from "./process";

const STOP_MS = 2_000;
const LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];

export type RunnerOptions = {
  folder: string;
  hooks: readonly string[];
  settings: Record<string, unknown>;
  /** Answers a call that the plugin makes through its context. Errors are passed on to the plugin. */
  onCall(method: string, args: unknown): Promise<unknown>;
  onLog(level: LogLevel, message: string): void;
  /** Called when something goes wrong outside a hook. */
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
type Outcome = { ms: number; error?: string };

/** Holds the one hook that is running. */
function createHookCall() {
  let id = 0;
  let underway: PromiseWithResolvers<Outcome> | undefined;
  return {
    begin(): { id: number; outcome: Promise<Outcome> } {
      underway = Promise.withResolvers<Outcome>();
      return { id: ++id, outcome: underway.promise };
    },
    finish({ done, ms, error }: Said): void {
      if (done !== id) return;
      underway?.resolve({ ms: Number(ms) || 0, error: error === undefined ? undefined : String(error) });
      underway = undefined;
    },
    abort(error: Error): void {
      underway?.reject(error);
      underway = undefined;
    },
  };
}

/** Answers a call of the context. An internal error is reported to the server only, and hidden from the plugin. */
async function answer({ call, method: name, args }: Said, { onCall, onProblem }: RunnerOptions): Promise<object> {
  const method = String(name);
  try {
    return { answer: call, value: (await onCall(method, args)) ?? null };
  } catch (error) {
    if (error instanceof AppError) return { answer: call, error: { code: error.code, message: error.message } };
    onProblem(`${method}: ${(error as Error).message}`);
    return { answer: call, error: { code: "INTERNAL_ERROR", message: `${method} failed on the server` } };
  }
}

/**
 * Starts the process. When it ends, `ready` rejects and `exited` resolves with the reason in one line.
 *
 * @throws Error when a file of the plugin is outside its folder
 */
export function startRunner(options: RunnerOptions) {
  const { folder, hooks, settings, onLog, onProblem } = options;
  const child = spawnWorker(folder);
  const channel = child.stdio[3] as Socket;
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});
  const hookCall = createHookCall();
  let reason: string | undefined;

  /** Ends the process at once. */
  function kill(why: string) {
    reason ??= why;
    child.kill("SIGKILL");
  }
  const write = (line: string) => {
    if (!channel.destroyed) channel.write(`${line}\n`);
  };
  const tell = (message: object) => write(JSON.stringify(message));

  function hear(said: Said) {
    if (said.ready) ready.resolve();
    else if (said.done !== undefined) hookCall.finish(said);
    else if (said.call !== undefined) void answer(said, options).then(tell);
    else if (said.log) onLog(LEVELS.includes(said.log) ? said.log : "info", String(said.message));
    else if (said.problem) onProblem(String(said.problem));
    else if (said.fatal) reason ??= String(said.fatal);
  }

  const closeChannel = readLines(channel, (line) => hear(readJson(line)), kill);
  const exited = awaitEnd(child, kill).then((why) => {
    closeChannel();
    const error = new Error(reason ?? why);
    ready.reject(error);
    hookCall.abort(error);
    return error.message;
  });

  tell({ begin: { entry: pathToFileURL(join(folder, "index.mjs")).href, hooks, settings } });
  return {
    ready: ready.promise,
    exited,
    kill,
    get pid() {
      return child.pid;
    },
    /** Calls one hook with an event (JSON); one at a time. Rejects when the process ends meanwhile. */
    hook(name: string, event: string): Promise<Outcome> {
      const { id, outcome } = hookCall.begin();
      write(`{"hook":"${name}","id":${id},"event":${event}}`);
      return outcome;
    },
    settings: (values: Record<string, unknown>) => tell({ settings: values }),
    /** Gives the process some time to end by itself, then ends it. */
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
