import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { openLogFile } from "./log-file";

const dir = mkdtempSync(join(tmpdir(), "muster-log-"));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it("is put away before it grows too large, and the oldest is dropped", () => {
  const file = openLogFile(dir, 100);
  for (let n = 0; n < 20; n++) file.write(`${String(n).padStart(2, "0")}${"x".repeat(37)}\n`);
  expect(readdirSync(dir).sort()).toEqual(["muster.log", ...[1, 2, 3, 4].map((n) => `muster.log.${n}`)]);
  expect(file.sizes()).toEqual([80, 80, 80, 80, 80]);
  const first = (name: string) => readFileSync(join(dir, name), "utf8").slice(0, 2);
  expect([first("muster.log"), first("muster.log.1"), first("muster.log.4")]).toEqual(["18", "16", "10"]);
  // Goes on where it was.
  const again = openLogFile(dir, 100);
  again.write("z\n");
  expect(again.sizes()).toEqual([82, 80, 80, 80, 80]);
});
