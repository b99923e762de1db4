import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { isFileLocked, tryFileLock } from "./file-lock";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "muster-lock-"));
  file = join(folder, "muster.lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("gives the lock to one holder at a time", () => {
  const held = tryFileLock(file);
  expect([tryFileLock(file), isFileLocked(file)]).toEqual([undefined, true]);
  held!.release();
  expect(isFileLocked(file)).toBe(false);
  tryFileLock(file)!.release();
});

it("is free at once after its holder was killed", async () => {
  const code = `const held = new (require("node:sqlite").DatabaseSync)(${JSON.stringify(file)}); held.exec("BEGIN EXCLUSIVE"); console.log("held"); setInterval(() => held, 1000)`;
  const holder = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  expect(tryFileLock(file)).toBeUndefined();
  holder.kill("SIGKILL");
  await once(holder, "exit");
  tryFileLock(file)!.release();
});
