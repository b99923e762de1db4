import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { brokenCitations, referencePages, stalePages } from "./reference.mjs";

describe("docs/reference", () => {
  const pages = [...referencePages().values()].join("\n");

  it("is as scripts/reference.mjs writes it", () => {
    expect(stalePages(), "run: node scripts/reference.mjs").toEqual([]);
  });

  it("names a file for every documented endpoint, event and field, and each file exists", () => {
    expect(pages).not.toContain("NOT FOUND");
    const files = [...pages.matchAll(/`((?:app|lib)\/[^`]+\.tsx?)`/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(300);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  it("answers every citation of a document or of the contract", () => {
    expect(brokenCitations()).toEqual([]);
  });
});
