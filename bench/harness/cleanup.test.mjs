import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";

/** Starts a server that has a child, prints both pids and its folder, and then does what `ending` says. */
const program = (ending) => `
  import { readdirSync } from "node:fs";
  import { setTimeout as sleep } from "node:timers/promises";
  import { cleanUpAtExit } from "./bench/harness/cleanup.mjs";
  import { descendants } from "./bench/measure.mjs";
  import { launch } from "./bench/processes.mjs";
  cleanUpAtExit();
  const server = launch("/bin/sh", ["-c", "sleep 600 & wait"], { port: 1 });
  while (descendants(server.pid).length === 0) await sleep(5);
  console.log(JSON.stringify({ pids: [server.pid, ...descendants(server.pid)], dir: server.dir }));
  ${ending}`;

const isAlive = (pid) => existsSync(`/proc/${pid}/exe`);

it.each([
  ["it is interrupted", "await sleep(600_000);", "SIGINT"],
  ["it throws", "throw new Error('a measurement failed');", undefined],
])("ends every process and removes every folder when %s", async (_, ending, signal) => {
  const run = spawn(process.execPath, ["--input-type=module", "-e", program(ending)], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = await once(createInterface({ input: run.stdout }), "line");
  const { pids, dir } = JSON.parse(line);
  expect(pids).toHaveLength(2);
  if (signal) run.kill(signal);
  if (run.exitCode === null) await once(run, "exit");
  await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  expect(existsSync(dir)).toBe(false);
});
