import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { brokenCitations, referencePages, stalePages } from "./reference.mjs";

const documents = () =>
  [
    ...["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"],
    ...readdirSync("docs", { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".md"))
      .map((file) => `docs/${file}`),
  ].map((file) => ({
    file,
    text: readFileSync(file, "utf8"),
  }));

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

  it("leads, as all other documents do, only to files that exist", () => {
    const missing = documents().flatMap(({ file, text }) =>
      [...text.matchAll(/`((?:app|lib|scripts|tests|e2e|bench|clients|prisma)\/[\w.()[\]/-]+\.\w+)`/g)]
        .map(([, path]) => path!)
        .filter((path) => !existsSync(path))
        .map((path) => `${file}: ${path}`),
    );
    expect(missing).toEqual([]);
  });

  it("answers every citation of a document or of the contract", () => {
    expect(brokenCitations()).toEqual([]);
  });
});
