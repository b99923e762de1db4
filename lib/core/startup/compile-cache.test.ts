import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { enableCompileCache, flushCompileCache } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepCompiledCode, openCodeFolder, writeCompiledCode } from "./compile-cache";

vi.mock("node:module", async (original) => ({
  ...(await original<typeof import("node:module")>()),
  enableCompileCache: vi.fn((folder: string) => mkdirSync(folder)),
  flushCompileCache: vi.fn(),
}));

let folder: string;
beforeEach(() => {
  vi.stubEnv("NODE_COMPILE_CACHE", "");
  vi.stubEnv("NODE_DISABLE_COMPILE_CACHE", "");
  vi.mocked(enableCompileCache).mockClear();
  folder = mkdtempSync(join(tmpdir(), "compiled-"));
  writeFileSync(join(folder, "server.mjs"), "");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it("keeps compiled code in a private part of the data folder, of the newest build alone", () => {
  const data = join(folder, "data");
  mkdirSync(join(data, "compiled", "earlier"), { recursive: true });
  keepCompiledCode(join(folder, "server.mjs"), data);
  const [build, ...others] = readdirSync(join(data, "compiled"));
  expect(others).toEqual([]);
  expect(build).not.toBe("earlier");
  expect(enableCompileCache).toHaveBeenCalledExactlyOnceWith(join(data, "compiled", String(build)));
});

it("begins with the start after the one that made its folder, for the owner alone", () => {
  keepCompiledCode(join(folder, "server.mjs"), folder);
  expect(readdirSync(folder)).toEqual(["server.mjs"]);
  openCodeFolder(folder);
  expect(statSync(join(folder, "compiled")).mode & 0o777).toBe(0o700);
  openCodeFolder(folder);
  keepCompiledCode(join(folder, "server.mjs"), folder);
  expect(enableCompileCache).toHaveBeenCalledOnce();
});

it("lets the server start where the data folder cannot be written", () => {
  openCodeFolder(join(folder, "server.mjs", "data"));
  keepCompiledCode(join(folder, "server.mjs"), join(folder, "server.mjs", "data"));
  expect(enableCompileCache).not.toHaveBeenCalled();
});

it("leaves the folder to NODE_COMPILE_CACHE where it is set", () => {
  vi.stubEnv("NODE_COMPILE_CACHE", folder);
  openCodeFolder(folder);
  keepCompiledCode(join(folder, "server.mjs"), folder);
  expect(existsSync(join(folder, "compiled"))).toBe(false);
});

it("writes the code while the server runs, because a process that is killed writes nothing at its end", () => {
  vi.useFakeTimers();
  writeCompiledCode();
  vi.advanceTimersByTime(60_000);
  expect(flushCompileCache).toHaveBeenCalledOnce();
  vi.useRealTimers();
});
