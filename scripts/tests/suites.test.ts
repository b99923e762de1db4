import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it, onTestFinished } from "vitest";

const CONFIG = `export default { test: { projects: [{ test: { name: "unit", include: ["*.test.mjs"] } }] } };`;
const PASSES = `import { it } from "vitest"; it("passes", () => {});`;
const FAILS = `import { it } from "vitest";
it("fails", () => { throw new Error("fetch failed", { cause: new Error("read ECONNRESET") }); });`;
/** Fails in its clean-up the first time that it runs. */
const FAILS_ONCE = `import { existsSync, writeFileSync } from "node:fs"; import { afterAll, it } from "vitest";
it("passes", () => {});
afterAll(() => { if (existsSync("was-here")) return; writeFileSync("was-here", ""); throw new Error("not yet"); });`;

/** Returns what `vitest` of suites.mjs resolves with in a folder that holds these files. */
function run(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "muster-suites-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  const script = `import { writeFileSync } from "node:fs"; import { vitest } from ${JSON.stringify(resolve("scripts/tests/suites.mjs"))};
writeFileSync("result.json", JSON.stringify(await vitest("Unit tests", "unit")));`;
  for (const [name, text] of Object.entries({ "vitest.config.mjs": CONFIG, "run.mjs": script, ...files }))
    writeFileSync(join(folder, name), text);
  execFileSync(process.execPath, ["run.mjs"], { cwd: folder, stdio: "pipe" });
  return JSON.parse(readFileSync(join(folder, "result.json"), "utf8"));
}

it("repeats a file that failed, and names it with the reason", () => {
  const result = run({ "a.test.mjs": PASSES, "b.test.mjs": FAILS_ONCE });
  expect(result).toMatchObject({ passed: 2, failed: 0, failures: [], repeated: ["b.test.mjs: not yet"] });
});

it("fails by a file that fails twice, and names the cause", () => {
  const result = run({ "a.test.mjs": PASSES, "b.test.mjs": FAILS_ONCE, "c.test.mjs": FAILS });
  expect(result).toMatchObject({
    ...{ passed: 2, failed: 1, repeated: ["b.test.mjs: not yet"] },
    failures: ["c.test.mjs › fails: fetch failed; caused by: read ECONNRESET"],
  });
});

it("repeats nothing when more than two files failed, and names errors that belong to no test", () => {
  const three = run({ "a.test.mjs": FAILS, "b.test.mjs": FAILS_ONCE, "c.test.mjs": FAILS });
  expect(three).toMatchObject({ passed: 1, failed: 3 });
  const unhandled = run({ "a.test.mjs": `${PASSES} setTimeout(() => { throw new Error("late"); });` });
  expect(unhandled).toMatchObject({ failed: 1, failures: ["No test: late"] });
});
