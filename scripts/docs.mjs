/**
 * Writes generated/docs.ts: the pages of the documentation site, rendered from docs/**\/*.md. docs/navigation.json says which
 * pages the site has and in which group; other files below docs/ that are pages of their own come last, so that no page is
 * lost. scripts/docs.test.ts follows every link.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix, sep } from "node:path";
import { Marked } from "marked";

/** Pages that only the repository has: decisions for contributors, and two long lists that scripts check. */
const REPOSITORY_ONLY = /^(decisions|images)\/|^(security\/asvs|reference\/surface)\.md$/;
export const NAVIGATION = "docs/navigation.json";

const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** The address of a heading, as GitHub makes it. */
export const anchorOf = (text) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");

/** The address of a page below /docs: `deploy/README.md` becomes `deploy`. */
export const slugOf = (file) =>
  file
    .replace(/\.md$/, "")
    .replace(/(^|\/)README$/, "")
    .replace(/\/$/, "");

/** Every markdown file below docs/, as paths from that folder. */
export const markdownFiles = (root = "docs") =>
  readdirSync(root, { recursive: true })
    .map((file) => file.split(sep).join("/"))
    .filter((file) => file.endsWith(".md") && !REPOSITORY_ONLY.test(file))
    .sort();

const plain = (text) => text.replace(/[`*_]/g, "").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");

/** Turns a link of the repository into one of the site. A file that is no page stays a path of the repository, as text. */
function hrefOf(href, from, pages) {
  if (/^[a-z]+:/.test(href) || href.startsWith("#") || href.startsWith("/")) return href;
  const [path, anchor] = href.split("#");
  const target = posix.normalize(posix.join(dirname(from), path));
  const file = [target, posix.join(target, "README.md")].find((name) => pages.has(name));
  return file ? `/docs/${slugOf(file)}${anchor ? `#${anchor}` : ""}` : undefined;
}

/** Renders one page: its blocks of HTML and code, its title, its headings, and its text for the search. */
export function renderPage(file, markdown, pages) {
  const headings = [];
  const text = [];
  let title = file;
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const label = plain(this.parser.parseInline(tokens).replace(/<[^>]+>/g, ""));
        const inner = this.parser.parseInline(tokens);
        if (depth === 1) {
          title = label.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
          return `<h1>${inner}</h1>\n`;
        }
        const id = anchorOf(label.replace(/&[#\w]+;/g, ""));
        headings.push({
          id,
          depth,
          text: label.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&"),
        });
        return `<h${depth} id="${id}"><a href="#${id}">${inner}</a></h${depth}>\n`;
      },
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens);
        const to = hrefOf(href, file, pages);
        return to === undefined ? inner : `<a href="${escaped(to)}">${inner}</a>`;
      },
      // Pictures are inline drawings here, because the site serves no files of docs/.
      image({ href, text: label }) {
        const drawing = join("docs", dirname(file), href);
        return href.endsWith(".svg") ? `<figure>${readFileSync(drawing, "utf8")}</figure>` : escaped(label);
      },
      code({ text: code, lang }) {
        const language = (lang ?? "").split(" ")[0];
        return `<pre tabindex="0" data-language="${escaped(language)}"><code>${escaped(code)}</code></pre>\n`;
      },
      table(token) {
        const cells = (row, tag) =>
          row.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join("");
        const head = token.header.some(({ text: label }) => label)
          ? `<thead><tr>${cells(token.header, "th")}</tr></thead>`
          : "";
        const rows = token.rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("");
        return `<div class="table" tabindex="0"><table>${head}<tbody>${rows}</tbody></table></div>\n`;
      },
      // The documentation is ours, and still no HTML in it reaches a page.
      html: ({ text: html }) => (html.startsWith("<!--") ? "" : escaped(html)),
    },
  });
  const tokens = marked.lexer(markdown);
  marked.walkTokens(tokens, (token) => {
    if (["paragraph", "heading", "code", "text"].includes(token.type)) text.push(plain(token.text ?? ""));
    if (token.type === "table") for (const cell of [...token.header, ...token.rows.flat()]) text.push(plain(cell.text));
  });
  // Code stays apart from the rest, so that the site can show it with a button that copies it.
  const blocks = [];
  let run = [];
  const endRun = () => {
    if (run.length > 0) blocks.push({ html: marked.parser(run) });
    run = [];
  };
  for (const token of tokens) {
    if (token.type !== "code") run.push(token);
    else {
      endRun();
      blocks.push({ code: token.text });
    }
  }
  endRun();
  return { title, blocks, headings, text: text.join(" ").replace(/\s+/g, " ") };
}

/** The groups of the site with their rendered pages. */
export function renderSite() {
  const { groups } = JSON.parse(readFileSync(NAVIGATION, "utf8"));
  const files = markdownFiles();
  const pages = new Set(files);
  const listed = new Set(groups.flatMap((group) => group.pages.map(({ file }) => file)));
  const rest = files.filter((file) => !listed.has(file)).map((file) => ({ file }));
  const all = rest.length > 0 ? [...groups, { title: "More", pages: rest }] : groups;
  return all.map(({ title, pages: entries }) => ({
    title,
    pages: entries.map((entry) => {
      if (entry.href) return { label: entry.label, href: entry.href };
      const page = renderPage(entry.file, readFileSync(join("docs", entry.file), "utf8"), pages);
      return { label: entry.label ?? page.title, href: `/docs/${slugOf(entry.file)}`, page };
    }),
  }));
}

if (process.argv[1]?.endsWith("docs.mjs")) {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  const text = `// generated by scripts/docs.mjs: do not edit
export type Heading = { id: string; depth: number; text: string };
export type DocBlock = { html?: string; code?: string };
export type DocPage = { title: string; blocks: DocBlock[]; headings: Heading[]; text: string };
export type DocEntry = { label: string; href: string; page?: DocPage };
export type DocGroup = { title: string; pages: DocEntry[] };
export const version = ${JSON.stringify(version)};
export const site: DocGroup[] = ${JSON.stringify(renderSite(), null, 1)};
`;
  mkdirSync("generated", { recursive: true });
  let before = "";
  try {
    before = readFileSync("generated/docs.ts", "utf8");
  } catch {}
  // An unchanged file keeps its time, so that a build which watches it does not begin anew.
  if (before !== text) writeFileSync("generated/docs.ts", text);
}
