import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "muster-commit-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function exitCode(message: string) {
  const file = join(folder, "message");
  writeFileSync(file, message);
  return spawnSync("sh", [".githooks/commit-msg", file]).status;
}

it.each([
  "feat(commands): add wave rollout",
  "fix: keep the order",
  "refactor(edge/compat)!: move the dialects",
  `docs: ${"ä".repeat(66)}`,
  "# a comment of git\nfix: read past comments\n\nA body.",
  "Merge branch 'main' into topic",
  'Revert "feat: add x"',
  "fixup! anything",
])("accepts %j", (message) => {
  expect(exitCode(`${message}\n`)).toBe(0);
});

it.each([
  "",
  "Add wave rollout",
  "feature: add wave rollout",
  "feat(Commands): add wave rollout",
  "fix:keep the order",
  "fix: ab",
  `docs: ${"x".repeat(67)}`,
  "fix: keep the order\nwithout an empty line",
])("refuses %j", (message) => {
  expect(exitCode(`${message}\n`)).toBe(1);
});
