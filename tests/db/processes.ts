/** Runs a script of this folder as a process, for tests with several processes or with a kill. */
import { type ChildProcess, spawn } from "node:child_process";

export type Finished = { code: number | null; signal: string | null; stdout: string };

/**
 * @param script  path of a .mts file from the project's root
 * @param args    its arguments
 * @param options `env` is added to this process's; `started` gets the child, for example to kill it
 */
export function runProcess(
  script: string,
  args: string[],
  options: { env?: Record<string, string>; started?: (child: ChildProcess) => void } = {},
): Promise<Finished> {
  const child = spawn(process.execPath, ["--import", "tsx", script, ...args], {
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  options.started?.(child);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout }));
  });
}
