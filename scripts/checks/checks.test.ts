import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

/** Folders that a copy of the tree does without, and the packages, which it links to. */
const NOT_COPIED = /^(node_modules|\.git|\.next|dist|data|\.runtime.*|\.cache|test-results|playwright-report)$/;
const MINUTES = 60_000;

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join("\n");

/** Files of the copy, by path. Each breaks the rules that VIOLATIONS expects to be found in it, and no others. */
const PLANTED: Record<string, string> = {
  "lib/core/planted.ts": `import { LIST_MAX } from "@/lib/fleet/bots/contract";
export const planted = LIST_MAX;
`,
  "lib/client/planted.ts": `import { logger } from "@/lib/core/log/logger";
export const planted = logger;
`,
  "app/_server/planted.ts": `import { logger } from "@/lib/core/log/logger";
export const planted = logger;
`,
  "lib/edge/pages/process.planted.ts": `import { env } from "@/lib/core/env";
export const planted = env;
`,
  "clients/typescript/src/planted.ts": `import { AppError } from "../../../lib/core/errors";
export const planted = AppError;
`,
  "lib/fleet/bots/contract.planted.ts": `import { readFileSync } from "node:fs";
export const planted = readFileSync;
`,
  "lib/fleet/bots/planted-a.ts": `import { b } from "./planted-b";
export const a = () => b;
`,
  "lib/fleet/bots/planted-b.ts": `import { a } from "./planted-a";
export const b = () => a;
`,
  "lib/fleet/bots/planted-imports.ts": `import { cn } from "@/app/_ui/cn";
import { start } from "@/lib/app";
import { request } from "@/lib/client/api";
import { db } from "@/lib/core/db";
import { createCommandStore } from "@/lib/fleet/commands/store";
import { alerts } from "@/lib/operations/alerts";
export const planted = [cn, start, request, db, createCommandStore, alerts];
`,
  "lib/fleet/bots/planted-async.ts": `export async function save(): Promise<void> {}
`,
  "lib/fleet/bots/planted.ts": `import { save } from "./planted-async";

// Who reads this comment has to guess.
export const port = process.env.PORT;
export const loose: any = port;
export const wrong: number = "text";
const soon = "a name that was retired";
export function run(text: string) {
  save();
  return \`\${text.slice(0, 400)}\${soon}\`;
}
`,
  "lib/fleet/bots/planted-herald.ts": `export const planted = 1;
`,
  "lib/fleet/bots/store.planted.ts": `declare const db: { selectFrom(table: string): unknown };
declare const prisma: { apiKey: { count(): unknown } };
export const builder = () => db.selectFrom("user");
export const model = () => prisma.apiKey.count();
export const sql = 'DELETE FROM "command"';
`,
  "lib/fleet/bots/planted-long.ts": `${lines(301, (index) => `export const n${index} = ${index};`)}
`,
  "lib/fleet/bots/planted-function.ts": `export function long() {
${lines(80, (index) => `  run(${index});`)}
}
function run(_: number) {}
`,
  "lib/fleet/bots/planted.test.ts": `import { it } from "vitest";

it("${"returns a title that is too long ".repeat(4)}", () => {});
`,
  "e2e/planted.spec.ts": `import { test } from "./test";

test("planted", async ({ page }) => {
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByLabel("Password").fill("");
  await page.getByLabel(/^Password/).fill("");
});
`,
  "app/api/planted/route.ts": `${lines(26, (index) => `export const n${index} = ${index};`)}
`,
  "prisma/migrations/sqlite/99990101000000_planted/migration.sql": "CREATE TABLE planted (id INTEGER PRIMARY KEY);\n",
  "prisma/migrations/postgresql/99990101000000_planted/migration.sql":
    "CREATE TABLE planted (id INTEGER PRIMARY KEY);\n",
};

const ROOM = "lib/fleet/bots";
/** Rule, and the file that a line of the output has to name with it. */
const VIOLATIONS: [rule: string, file: string][] = [
  ["core-imports-only-wings-below-it", "lib/core/planted.ts"],
  ["the-browser-side-imports-contracts-only", "lib/client/planted.ts"],
  ["pages-import-no-rooms", "app/_server/planted.ts"],
  ["the-process-of-the-pages-imports-no-rooms", "lib/edge/pages/process.planted.ts"],
  ["clients-never-import-the-server", "clients/typescript/src/planted.ts"],
  ["contracts-stay-browser-safe", `${ROOM}/contract.planted.ts`],
  ["no-cycles", `${ROOM}/planted-a.ts`],
  ["lib-never-imports-app", `${ROOM}/planted-imports.ts`],
  ["only-the-process-imports-the-composition-root", `${ROOM}/planted-imports.ts`],
  ["only-queries-use-the-browser-side", `${ROOM}/planted-imports.ts`],
  ["only-stores-touch-the-database", `${ROOM}/planted-imports.ts`],
  ["enter-a-room-by-index-contract-or-queries", `${ROOM}/planted-imports.ts`],
  ["fleet-imports-only-wings-below-it", `${ROOM}/planted-imports.ts`],
  ["noProcessEnv", `${ROOM}/planted.ts`],
  ["noExplicitAny", `${ROOM}/planted.ts`],
  ["TS2322", `${ROOM}/planted.ts`],
  ["comments:", `${ROOM}/planted.ts`],
  ["retired-names: soon", `${ROOM}/planted.ts`],
  ["floating-promises: save()", `${ROOM}/planted.ts`],
  ["text-cuts:", `${ROOM}/planted.ts`],
  ['retired-names: "herald"', `${ROOM}/planted-herald.ts`],
  ["table-owners: user", `${ROOM}/store.planted.ts`],
  ["table-owners: api_key", `${ROOM}/store.planted.ts`],
  ["table-owners: command", `${ROOM}/store.planted.ts`],
  ["table-list: planted has an owner", "prisma/schema.prisma"],
  ["file-length:", `${ROOM}/planted-long.ts`],
  ["function-length: long", `${ROOM}/planted-function.ts`],
  ["test-titles:", `${ROOM}/planted.test.ts`],
  ['exact-names: "Run"', "e2e/planted.spec.ts"],
  ['exact-names: "Password"', "e2e/planted.spec.ts"],
  ["route-length:", "app/api/planted/route.ts"],
  ["route-length: fewer than", "app/api/health/route.ts"],
  // Knip and the migration check name their rules in headings.
  ["", `${ROOM}/planted-async.ts`],
  ["sqlite: the schema has changes without a migration", ""],
  ["postgresql: the schema has changes without a migration", ""],
  ["is not on the lists", "planted-gpl"],
  ["Planted subject", ""],
];

let copy = "";
const output: string[] = [];

const run = (...args: string[]) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: copy, encoding: "utf8" });
  output.push(...`${stdout}\n${stderr}`.split("\n"));
  return { status, text: `${stdout}\n${stderr}` };
};

/** Plants a bad commit after a good one, in a repository of the copy's own. */
function plantCommit(): string {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=planted", "-c", "user.email=planted@localhost", ...args], {
      cwd: copy,
      encoding: "utf8",
    });
  git("init", "--quiet");
  git("commit", "--quiet", "--allow-empty", "--no-verify", "-m", "test: begin");
  git("commit", "--quiet", "--allow-empty", "--no-verify", "-m", "Planted subject without a type");
  return git("rev-parse", "HEAD~1").trim();
}

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "muster-planted-"));
  const root = resolve(".");
  cpSync(root, copy, { recursive: true, filter: (source) => !NOT_COPIED.test(relative(root, source)) });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  for (const [path, text] of Object.entries(PLANTED)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), text);
  }
  const change = (path: string, edit: (text: string) => string) =>
    writeFileSync(join(copy, path), edit(readFileSync(join(copy, path), "utf8")));
  change("ARCHITECTURE.md", (text) =>
    text.replace(/(## Tables and their owners[\s\S]*?\n\| -.*\n)/, "$1| `lib/fleet/bots` | `planted` |\n"),
  );
  change("scripts/checks/exceptions.json", (text) => {
    const exceptions = JSON.parse(text);
    exceptions["route-length"]["app/api/health/route.ts"] = 1;
    return JSON.stringify(exceptions, null, 2);
  });
  const licences = join(copy, "data/licences");
  mkdirSync(licences, { recursive: true });
  const packages = { "node_modules/planted-gpl": { version: "1.0.0", license: "GPL-3.0-only" } };
  writeFileSync(join(licences, "package-lock.json"), JSON.stringify({ packages }));
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

it("npm run check names the file and the rule of every planted violation", { timeout: 10 * MINUTES }, () => {
  const base = plantCommit();
  const check = run("scripts/check.mjs", "types", "code", "migrations", "layers", "dead-code", "format");
  for (const step of ["types", "code", "migrations", "layers", "dead-code", "format"])
    expect(check.text).toContain(`FAIL ${step} `);
  expect(run("scripts/check-commits.mjs", base).status).toBe(1);
  expect(run("scripts/check-licences.mjs", "data/licences").status).toBe(1);
  const missed = VIOLATIONS.filter(
    ([rule, file]) => !output.some((line) => line.includes(rule) && line.includes(file)),
  );
  expect(missed).toEqual([]);
});
