/** Runs the `muster` command, built, as people run it. Each test file that uses this has a home of its own. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll } from "vitest";

export const home = mkdtempSync(join(tmpdir(), "muster-cli-"));
const program = join(home, "muster.mjs");
beforeAll(() => {
  if (spawnSync(process.execPath, ["clients/cli/build.mjs", program]).status !== 0) throw new Error("No build");
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

let running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  running = [];
});

/** @param input what a person types; without it the terminal is closed */
export function muster(args: string[], env: Record<string, string> = {}, input?: string) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { NODE_ENV: "production", PATH: process.env.PATH, XDG_CONFIG_HOME: home, ...env },
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  running.push(child);
  child.stdin?.end(input);
  const said = { out: "", err: "" };
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    said.out += text;
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    said.err += text;
  });
  return { child, said, ended: once(child, "close").then(([code]) => ({ code, ...said })) };
}
