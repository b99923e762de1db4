/** Runs the built server as a process: starts it on a free port, stops it, or kills it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const ADMIN = { username: "root-admin", password: "a password of the tests" };
/** API_TOKEN of the server under test: an admin's key. */
export const API_TOKEN = "tests-environment-api-token";

export type ServerProcess = {
  /** Origin, without a slash at the end. */
  url: string;
  child: ChildProcess;
  /** Everything it logged so far. */
  log(): string;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
};

const CHEAP_PASSWORDS = resolve("tests/standins/cheap-argon2.cjs");

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), "muster-test-"));
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** Runs a built script of the command line to its end, as an administrator would beside the server of a data folder. */
export function runScript(folder: string, file: string, args: string[], more: Record<string, string> = {}) {
  const { PATH = "" } = process.env;
  const env = { PATH, NODE_ENV: "production", LOG_LEVEL: "silent", DATA_DIR: folder, ...more } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { env, encoding: "utf8" });
  return { status, stdout, stderr };
}

/** Kills a process that may have ended already, and waits until it is gone. */
export async function endProcess(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** A port of 127.0.0.1 that nothing listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}

/**
 * Starts dist/server.mjs and waits until it answers. The server checks every reply against its contract, and answers 500
 * when one breaks it.
 *
 * @param env over what this sets; DATA_DIR is required
 * @throws Error with the server's log when it does not come up
 */
export async function startServer(env: Record<string, string> & { DATA_DIR: string }): Promise<ServerProcess> {
  // Keep the tester's environment variables away from the server under test.
  const { PATH = "", HOME = "", TZ = "" } = process.env;
  const child = spawn(process.execPath, ["--require", CHEAP_PASSWORDS, "dist/server.mjs"], {
    env: {
      PATH,
      HOME,
      TZ,
      NODE_ENV: "production",
      MUSTER_CHECK_REPLIES: "1",
      HOST: "127.0.0.1",
      PORT: "0",
      API_ADMIN_USER: ADMIN.username,
      API_ADMIN_PASS: ADMIN.password,
      API_TOKEN,
      RATE_LIMIT_FACTOR: "100000",
      // Few tests read pages, and their process takes more CPU than the rest of a start.
      PAGES_START: "request",
      // Tests keep connections open, and a stop would wait for them.
      STOP_GRACE_S: "0",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit") as Promise<[number | null, string | null]>;
  let output = "";
  const port = new Promise<number>((resolve, reject) => {
    const heard = (text: string) => {
      output += text;
      const found = /"port":(\d+)/.exec(output);
      if (found) resolve(Number(found[1]));
    };
    child.stdout.setEncoding("utf8").on("data", heard);
    child.stderr.setEncoding("utf8").on("data", heard);
    void exited.then(([code]) => reject(new Error(`The server ended with ${code} before it listened:\n${output}`)));
    setTimeout(() => reject(new Error(`The server did not listen within 180 s:\n${output}`)), 180_000).unref();
  });
  const url = `http://127.0.0.1:${await port}`;
  const health = await fetch(`${url}/api/health`);
  if (!health.ok) throw new Error(`The server is not well: ${await health.text()}\n${output}`);
  return {
    url,
    child,
    log: () => output,
    async stop() {
      child.kill("SIGTERM");
      return (await exited)[0];
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
