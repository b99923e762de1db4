import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

/** Runs the check over a lock file with these packages and returns its exit code and the packages it refuses. */
function check(packages: Record<string, { license?: string; dev?: true }>) {
  const folder = mkdtempSync(join(tmpdir(), "muster-licences-"));
  try {
    const entries = Object.entries(packages).map(([name, entry]) => [
      `node_modules/${name}`,
      { version: "1.0.0", ...entry },
    ]);
    writeFileSync(
      join(folder, "package-lock.json"),
      JSON.stringify({ packages: { "": {}, ...Object.fromEntries(entries) } }),
    );
    const run = spawnSync(process.execPath, ["scripts/check-licences.mjs", folder], { encoding: "utf8" });
    return { status: run.status, refused: [...run.stderr.matchAll(/: (\S+)@1\.0\.0: /g)].map(([, name]) => name) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it("allows permissive licences, expressions that leave one, and LGPL for sharp's shared library alone", () => {
  const packages = {
    mit: { license: "MIT" },
    choice: { license: "(GPL-3.0-only OR MIT)" },
    both: { license: "MIT and ISC" },
    "file-copyleft": { license: "MPL-2.0" },
    "@img/sharp-win32-x64": { license: "Apache-2.0 AND LGPL-3.0-or-later" },
    "a-development-tool": { license: "GPL-3.0-only", dev: true as const },
  };
  expect(check(packages)).toEqual({ status: 0, refused: [] });
});

it.each([
  "GPL-2.0-only",
  "AGPL-3.0-only",
  "LGPL-3.0-or-later",
  "SSPL-1.0",
  "BUSL-1.1",
  "MIT AND GPL-3.0-only",
  "GPL-3.0 OR AGPL-3.0",
  "(MIT OR ISC",
  "SEE LICENSE IN x",
  undefined,
])("refuses %s", (license) => {
  expect(check({ fine: { license: "ISC" }, planted: { license } })).toEqual({ status: 1, refused: ["planted"] });
});
