/** Starts the pages' process, and says when it is ready and why it ended. */
import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { setPriority } from "node:os";
import { resolve } from "node:path";
import { env, inheritedVariables } from "@/lib/core/env";
import type { PrivateSockets } from "./sockets";

/** The time in which Next has to be ready: compiling for development takes long on a slow machine. */
const START_MS = 120_000;
/** Longer than the process takes to finish what it renders. */
const STOP_MS = 8_000;

/** A lower priority than that of the server, so that a bot's request goes first when both want the same core. */
const NICENESS = 5;

/** A process of the pages. */
export type PagesProcess = {
  pid: number | undefined;
  /** Resolves when pages are answered; rejects when the process ended before. */
  ready: Promise<void>;
  /** Resolves with the reason when the process has ended. */
  exited: Promise<string>;
  /** Lets pages that are being rendered finish, and ends the process. */
  stop(): Promise<void>;
};

/** Returns whether there are pages to serve: a server that was built for its API alone has none. */
export const hasPages = (): boolean => !env.production || existsSync(".next/BUILD_ID");

function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, NICENESS);
  } catch {
    // Some systems do not allow it, and the process may have ended.
  }
}

export function launchPages({ api, pages }: PrivateSockets): PagesProcess {
  const program = resolve(env.production ? "dist/pages.mjs" : "lib/edge/pages/process.ts");
  const mode = env.production ? "production" : "development";
  const child = fork(program, [pages, mode, env.HOST, String(env.PORT)], {
    env: {
      ...inheritedVariables(),
      NODE_ENV: env.NODE_ENV,
      NEXT_TELEMETRY_DISABLED: "1",
      // Next would read .env into this process, and with it the server's secrets. With this variable it takes that as done.
      __NEXT_PROCESSED_ENV: "true",
      MUSTER_API_SOCKET: api,
    },
    // A young generation of 12 MB instead of 48 costs no CPU here, and halves the memory after many pages (280 to 156 MB).
    // In development the server runs from TypeScript, by a loader that its own arguments name.
    execArgv: env.production ? ["--max-semi-space-size=4"] : process.execArgv,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  lowerPriority(child.pid);
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});
  const exited = Promise.withResolvers<string>();
  const late = setTimeout(() => child.kill("SIGKILL"), START_MS).unref();
  const end = (reason: string) => {
    clearTimeout(late);
    ready.reject(new Error(reason));
    exited.resolve(reason);
  };
  child.once("error", (error) => end(`it could not be started: ${error.message}`));
  child.once("exit", (code, signal) => end(`it ended with ${signal ?? `code ${code}`}`));
  child.on("message", (message) => {
    if (message !== "ready") return;
    clearTimeout(late);
    ready.resolve();
  });
  return {
    pid: child.pid,
    ready: ready.promise,
    exited: exited.promise,
    async stop() {
      if (child.connected) child.send("stop");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await exited.promise;
      clearTimeout(timer);
    },
  };
}
