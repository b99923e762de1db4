/** Bare JSON.parse rounds large integers, and bare JSON.stringify writes none in older browsers: lib/core/format/json.ts does neither. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** May parse by themselves: the reader, the frame it refused, and scripts that run without the server's modules. */
const PARSES = [
  "lib/core/format/json.ts",
  "lib/edge/realtime/parser.ts",
  "lib/community/notifications/push/service-worker.ts",
];
/** Code that runs in browsers and shows or sends data of bots. */
const IN_BROWSER = /^app\/(_ui|\(console\))\/.*\.tsx?$|^lib\/client\//;
/** Text that people copy, not code. */
const SHOWN = ["app/(console)/dashboard/bots/_list/snippets.ts"];

const files = ["app", "lib"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name)),
);
const using = (pattern: RegExp, names: string[]) =>
  names.filter((name) => pattern.test(readFileSync(name, "utf8").replace(/^\s*(\/\/|\*|\/\*).*$/gm, "")));

it("JSON is read by readJson", () => {
  const others = files.filter((name) => !PARSES.includes(name));
  expect(using(/\bJSON\.parse\(/, others)).toEqual([]);
});

it("JSON is read and written by lib/core/format/json.ts in the console", () => {
  const pages = files.filter((name) => IN_BROWSER.test(name) && !SHOWN.includes(name));
  expect(pages.length).toBeGreaterThan(100);
  expect(using(/\bJSON\.(parse|stringify)\(|\.json\(\)/, pages)).toEqual([]);
});
