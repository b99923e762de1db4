/** The documentation site: every link leads somewhere, every page is listed once, and pages render as they should. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { anchorOf, markdownFiles, NAVIGATION, renderPage, renderSite, slugOf } from "./docs.mjs";

const files = [...markdownFiles().map((file) => join("docs", file)), "README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"];
const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
const anchors = (file: string) =>
  [
    ...readFileSync(file, "utf8")
      .replace(/^```[\s\S]*?^```/gm, "")
      .matchAll(/^#{1,6} (.+)$/gm),
  ].map(([, heading]) => anchorOf(heading!));
const site = renderSite();

describe("links between pages", () => {
  it.each(files)("%s has none that lead nowhere", (file) => {
    const broken = [...withoutCode(readFileSync(file, "utf8")).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link]) => link!)
      .filter((link) => !/^(https?|mailto):|^\/(docs\/api|asyncapi\.json)/.test(link))
      .filter((link) => {
        const [path, anchor] = link.split("#");
        const target = path ? normalize(join(dirname(file), path)) : file;
        if (!existsSync(target)) return true;
        return anchor !== undefined && target.endsWith(".md") && !anchors(target).includes(anchor);
      });
    expect(broken).toEqual([]);
  });
});

describe("the site", () => {
  it("lists files that exist, each once", () => {
    const { groups } = JSON.parse(readFileSync(NAVIGATION, "utf8")) as { groups: { pages: { file?: string }[] }[] };
    const listed = groups.flatMap(({ pages }) => pages.flatMap(({ file }) => (file ? [file] : [])));
    expect(listed.filter((file) => !existsSync(join("docs", file)))).toEqual([]);
    expect(new Set(listed).size).toBe(listed.length);
  });

  it("shows every page below docs/, with a title and a path of its own", () => {
    const entries = site.flatMap(({ pages }) => pages);
    const paths = entries.map(({ href }) => href);
    expect(new Set(paths).size).toBe(paths.length);
    for (const file of markdownFiles()) expect(paths).toContain(`/docs/${slugOf(file)}`);
    for (const { page } of entries) if (page) expect(page.title).toMatch(/^\S/);
  });

  it("groups pages by task, and names no source document in a group", () => {
    expect(site.map(({ title }) => title).slice(0, 3)).toEqual(["Start", "Libraries", "Use"]);
    for (const { title } of site) expect(title).not.toMatch(/Document|Bot Management Server|MLTB|Haze/);
  });
});

describe("a rendered page", () => {
  const pages = new Set(["a.md", "b/README.md"]);
  const html = (markdown: string) =>
    renderPage("a.md", markdown, pages)
      .blocks.map((block) => block.html ?? "")
      .join("");

  it("links to pages of the site, and shows links to other files as text", () => {
    expect(html("[b](b/README.md#x)")).toContain('<a href="/docs/b#x">b</a>');
    expect(html("[b](b)")).toContain('href="/docs/b"');
    expect(html("[code](../lib/x.ts)")).toBe("<p>code</p>\n");
    expect(html("[there](https://example.org)")).toContain('href="https://example.org"');
  });

  it("gives headings the anchors that GitHub gives them", () => {
    const page = renderPage("a.md", "# T\n\n## What it does, and `why`\n", pages);
    expect(page.title).toBe("T");
    expect(page.headings).toEqual([{ id: "what-it-does-and-why", depth: 2, text: "What it does, and why" }]);
  });

  it("escapes HTML, and keeps code apart", () => {
    expect(html("a <script>alert(1)</script>")).not.toContain("<script>");
    expect(renderPage("a.md", "x\n\n```js\n1 < 2\n```\n\ny", pages).blocks).toEqual([
      { html: "<p>x</p>\n" },
      { code: "1 < 2" },
      { html: "<p>y</p>\n" },
    ]);
  });
});
