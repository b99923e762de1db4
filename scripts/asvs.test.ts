import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const FILE = "docs/security/asvs.md";
/** Requirements of levels 1 and 2 in each chapter of ASVS 5.0. */
const CHAPTERS = { V1: 27, V2: 11, V3: 19, V4: 10, V5: 9, V6: 35, V7: 18, V8: 7, V9: 7, V10: 29, V11: 14, V12: 9 };
const LATER_CHAPTERS = { V13: 13, V14: 9, V15: 13, V16: 16 };

const text = readFileSync(FILE, "utf8");
const rows = [...text.matchAll(/^\| (\d+)\.(\d+)\.(\d+) +\| ([12]) +\| (\S+) +\| (.+?) +\| (.*?) *\|$/gm)].map(
  ([, chapter, section, number, level, answer, how, tests]) => ({
    id: [chapter, section, number].map(Number),
    ...{ level, answer, how, tests },
  }),
);

describe(FILE, () => {
  it("has each requirement of levels 1 and 2 once, in order", () => {
    const counts: Record<string, number> = {};
    for (const { id } of rows) counts[`V${id[0]}`] = (counts[`V${id[0]}`] ?? 0) + 1;
    expect(counts).toEqual({ ...CHAPTERS, ...LATER_CHAPTERS });
    const ranks = rows.map(
      ({ id: [chapter = 0, section = 0, number = 0] }) => chapter * 10_000 + section * 100 + number,
    );
    expect(ranks).toEqual([...new Set(ranks)].sort((a, b) => a - b));
  });

  it("answers each with a sentence, and counts the answers right", () => {
    for (const answer of ["yes", "partly", "no", "n/a"]) {
      const count = rows.filter((row) => row.answer === answer).length;
      expect(text).toMatch(new RegExp(`^\\| ${answer} +\\| ${count} +\\|`, "m"));
    }
    expect(rows.filter(({ answer }) => !["yes", "partly", "no", "n/a"].includes(answer!))).toEqual([]);
    expect(rows.filter(({ how }) => !how!.endsWith(".")).map(({ id }) => id.join("."))).toEqual([]);
  });

  it("names documents and tests that exist", () => {
    const links = [...text.matchAll(/\]\((\.\.?\/[^)#]+|[\w.-]+\.md)\)/g)].map(([, link]) =>
      join(dirname(FILE), link!),
    );
    expect(links.length).toBeGreaterThan(200);
    expect(links.filter((path) => !existsSync(path))).toEqual([]);
  });

  it("shows nine of ten that hold by a test", () => {
    const holding = rows.filter(({ answer }) => answer === "yes");
    const tested = holding.filter(({ tests }) => /\.(?:test|spec)\.ts\)/.test(tests!));
    expect(tested.length / holding.length).toBeGreaterThan(0.9);
  });
});
