/** A private Redis for one test, on a free port of 127.0.0.1 without storage, that can be killed and restarted on the same port. */
import { type ChildProcess, spawn } from "node:child_process";
import { Redis } from "ioredis";
import { endProcess, freePort, removeFolder, temporaryFolder } from "./process";

export type TestRedis = {
  url: string;
  /** Starts it (again), with nothing in it; resolves when it answers. */
  start(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Kills it and removes its folder. */
  close(): Promise<void>;
};

/** Not started yet: `start()`. Needs redis-server on PATH. */
export async function aRedis({ password = "" } = {}): Promise<TestRedis> {
  const port = await freePort();
  const folder = temporaryFolder();
  let child: ChildProcess | undefined;
  const url = `redis://${password && `:${password}@`}127.0.0.1:${port}`;

  async function answers(): Promise<boolean> {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: null });
    client.on("error", () => {});
    try {
      await client.connect();
      return (await client.ping()) === "PONG";
    } catch {
      return false;
    } finally {
      client.disconnect();
    }
  }
  async function kill() {
    await endProcess(child);
    child = undefined;
  }
  return {
    url,
    async start() {
      const options = { port, bind: "127.0.0.1", dir: folder, save: "", appendonly: "no", requirepass: password };
      const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
      child = spawn("redis-server", args, { stdio: "ignore" });
      for (let tries = 0; tries < 400; tries++) {
        if (await answers()) return;
        if (child.exitCode !== null) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`redis-server does not answer on port ${port}`);
    },
    kill,
    async close() {
      await kill();
      removeFolder(folder);
    },
  };
}
