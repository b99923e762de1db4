/**
 * Keeps docs/reference true to the code: fills the columns "Implemented in", writes surface.md, and finds citations in the
 * code that lead nowhere. `node scripts/reference.mjs` writes; scripts/reference.test.ts fails when it would write something.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDER = "docs/reference";
const PAGES = { "000": "bot-manager", "001": "architecture", "002": "mltb", "003": "hazebot", "004": "bot-server" };
const COLUMN = "Implemented in";
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

const read = (file) => readFileSync(join(ROOT, file), "utf8");

/** Files below a folder, as paths from the root with forward slashes. */
function filesUnder(folder, wanted) {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && wanted.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((file) => !file.includes("node_modules/"))
    .sort();
}

const sources = (folder) => filesUnder(folder, /(?<!\.test)\.tsx?$/).map((file) => ({ file, text: read(file) }));

/** The first source whose path and text match. */
const firstMatch = (all, path, text) => all.find((one) => path.test(one.file) && text.test(one.text))?.file;

/** Normalises the parameters of a path: `/api/bot/<bot_id>`, `/api/bot/:id` and `/api/bot/[bot_id]` become one. */
const shapeOf = (path) => path.replace(/\?.*$/, "").replace(/<\w+>|:\w+|\[(?:\.\.\.)?\w+\]/g, "{}");

/** Every operation of the route files: its method, its path, its file, and the name of its contract where it has one. */
function routes() {
  return filesUnder("app", /^route\.ts$/).flatMap((file) => {
    const text = read(file);
    const path = `/${file
      .split("/")
      .slice(1, -1)
      .filter((part) => !/^\(.*\)$/.test(part))
      .join("/")}`;
    const exported = [...text.matchAll(/export (?:const )?(?:(\w+)|\{([^}]+)\})/g)].flatMap(([, one, several]) =>
      one ? [one] : several.split(",").map((name) => name.trim().split(/ as /).at(-1)),
    );
    return METHODS.filter((method) => exported.includes(method)).map((method) => {
      const body = text.slice(Math.max(0, text.indexOf(`const ${method} `)));
      const contract = /\bcontract: (\w+)/.exec(body)?.[1];
      const from = new RegExp(`import \\{[^}]*\\b${contract}\\b[^}]*\\} from "@/([^"]+)"`).exec(text)?.[1];
      return { method, path, file, contract, from };
    });
  });
}

/** The summary of an operation in its room's contract; `from` is the module its route imports it from. */
function summaryOf(name, contracts, from, depth = 0) {
  if (!name || depth > 3) return "";
  const own = contracts.filter(({ file }) => from && file.startsWith(from));
  for (const { text } of [...own, ...contracts]) {
    const start = text.search(new RegExp(`export const ${name}\\b`));
    if (start < 0) continue;
    const body = text.slice(start).split(/\n(?:export |const |\}|\))/)[0];
    const written = /"((?!DELETE"|PATCH")[A-Z][^"]{4,})"/.exec(body)?.[1];
    return written ?? summaryOf(/\.\.\.(\w+)/.exec(body)?.[1], contracts, from, depth + 1);
  }
  return "";
}

/**
 * Returns, for each kind of row (named by its column's heading), a function that finds the files that implement a cell.
 */
function createResolvers(tree, lib) {
  const routed = (what) => {
    const [, methods, path] = /^([A-Z* ]+) (\/.*)$/.exec(what) ?? [];
    if (!path) return [];
    if (methods === "*") return [firstMatch(lib, /\/http\//, /\bVERSIONED =/)];
    if (path === "/") return ["app/page.tsx"];
    return methods.split(" ").map((method) => {
      const found = tree.find((one) => one.method === method && shapeOf(one.path) === shapeOf(path));
      return found?.file;
    });
  };
  const resolver = (name) =>
    firstMatch(
      lib,
      /\/graphql\/(resolvers|subscriptions)/,
      new RegExp(`(?:^\\s+|\\{ )(?:async )?${name}\\b[:(,]`, "m"),
    );
  const graphql = (what) => [resolver(/^\w+/.exec(what)[0])];
  return {
    endpoint: routed,
    "client event": (name) =>
      /connect$/.test(name)
        ? [firstMatch(lib, /\/realtime\//, /\.on\("connection"/)]
        : [firstMatch(lib, /\/realtime\//, new RegExp(`"${name}",\\s+(?:call|ofBots)\\(`))],
    "server event": (name, page) => {
      const ofTickets = page === "hazebot";
      const shape = new RegExp(`^  ${name}:`, "m");
      const sent = new RegExp(`"${name}"`);
      const tickets = ofTickets && firstMatch(lib, /\/tickets\/.*contract/, shape);
      const sender = tickets ? /\/realtime\/.*tickets/ : /\/realtime\/(?!contract|.*tickets)/;
      return [tickets || firstMatch(lib, /\/realtime\/contract/, shape), firstMatch(lib, sender, sent)];
    },
    query: graphql,
    mutation: graphql,
    subscription: graphql,
    message: (name) => [firstMatch(lib, /\/realtime\/ws/, new RegExp(`"${name}"`))],
    header: (name) => [firstMatch(lib, /\/http\//, new RegExp(`"${name.toLowerCase()}":`))],
    code: (name) => [firstMatch(lib, /contract\.ts$/, new RegExp(`^\\s+${name}: \\d{3},`, "m"))],
  };
}

const cellsOf = (line) =>
  line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());

/** Returns a page with its column filled in, and its rows: kind, documented name and files. */
function fill(page, resolvers) {
  const rows = [];
  let kind;
  let place = -1;
  const text = read(`${FOLDER}/${page}.md`)
    .split("\n")
    .map((line) => {
      if (!line.startsWith("|")) {
        kind = undefined;
        return line;
      }
      const cells = cellsOf(line);
      if (cells.at(-1) === COLUMN) {
        place = cells.findIndex((cell) => cell.toLowerCase() in resolvers);
        kind = cells[place]?.toLowerCase();
        return line;
      }
      if (!kind || /^-+$/.test(cells[0])) return line;
      const what = cells[place].replaceAll("`", "");
      const found = resolvers[kind](what, page);
      const files = [...new Set(found.map((file) => file ?? "NOT FOUND"))];
      rows.push({ kind, what, files });
      cells[cells.length - 1] = files.map((file) => `\`${file}\``).join(", ");
      return `| ${cells.join(" | ")} |`;
    })
    .join("\n");
  return { text, rows };
}

/** Returns the pages as they should be, by file name. */
export function referencePages() {
  const lib = sources("lib");
  const tree = routes();
  const resolvers = createResolvers(tree, lib);
  const pages = new Map();
  const documented = new Set();
  const surface = [];
  for (const [number, page] of Object.entries(PAGES)) {
    const { text, rows } = fill(page, resolvers);
    pages.set(`${FOLDER}/${page}.md`, text);
    for (const { kind, what, files } of rows) {
      surface.push(
        `| [${number}](${page}.md) | ${kind} | \`${what}\` | ${files.map((file) => `\`${file}\``).join(", ")} |`,
      );
      const [, methods, path] = /^([A-Z ]+) (\/.*)$/.exec(what) ?? [];
      for (const method of methods?.split(" ") ?? []) documented.add(`${method} ${shapeOf(path)}`);
    }
  }
  const contracts = lib.filter(({ file }) => /contract/.test(file));
  const own = tree
    .filter(({ method, path }) => !documented.has(`${method} ${shapeOf(path)}`))
    .map(({ method, path, file, contract, from }) => {
      const shown = path.replace(/\[(\.\.\.)?(\w+)\]/g, "<$1$2>");
      return `| \`${method} ${shown}\` | ${summaryOf(contract, contracts, from)} | \`${file}\` |`;
    });
  pages.set(`${FOLDER}/surface.md`, surfacePage(surface, own));
  return pages;
}

const surfacePage = (documented, own) => `# Surface

Written by \`node scripts/reference.mjs\`: do not edit. What each row takes and answers is on the page of its document, and for
Muster's own endpoints at \`/docs\` of a running server.

## Documented

| document | kind | what | implemented in |
| --- | --- | --- | --- |
${documented.join("\n")}

## Muster's own endpoints

| endpoint | what it does | implemented in |
| --- | --- | --- |
${own.join("\n")}
`;

/** Joins comments that are wrapped over several lines: removes line ends and stars. */
const unwrapped = (text) => text.replace(/\n\s*(?:\*|\/\/|#) ?/g, " ");

/** Returns whether a citation such as "rule 7", "§1.10" or "live channels" names a heading of contract.md. */
function leadsToContract(cited, headings) {
  const number = /^(?:§ ?|rule )?(\d+(?:\.\d+)?)$/.exec(cited);
  if (number) {
    const wanted = cited.startsWith("rule") ? `1.${number[1]}` : number[1];
    return headings.some((heading) => heading.split(/\.? /)[0] === wanted);
  }
  return headings.some((heading) => heading.toLowerCase().includes(cited.toLowerCase()));
}

/** Returns one problem for each citation of a document or of the contract that leads nowhere. */
export function brokenCitations() {
  const text = Object.fromEntries(
    Object.entries(PAGES).map(([number, page]) => [number, read(`${FOLDER}/${page}.md`)]),
  );
  const headings = [...read(`${FOLDER}/contract.md`).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
  const problems = [];
  const folders = ["app", "lib", "tests", "e2e", "bench", "clients", "plugins", "scripts", "docs", "prisma"];
  const files = folders.flatMap((folder) => filesUnder(folder, /\.(tsx?|mjs|mts|py|md|prisma)$/));
  for (const file of [...files, "server.ts", "ARCHITECTURE.md", "README.md", "CONTRIBUTING.md"]) {
    if (file.startsWith(FOLDER) || file === "scripts/reference.mjs") continue;
    const source = unwrapped(read(file));
    const missing = (cited) => problems.push(`${file}: nothing in ${FOLDER} answers to ${cited}`);
    for (const [all, list] of source.matchAll(/\bdocument: "([^"]+)"/g)) {
      for (const one of list === "muster" ? [] : list.replace(/ \([^)]*\)$/, "").split("; ")) {
        const [, number, section] = /^(?:original )?(\d{3}):? (.+)$/.exec(one) ?? [];
        const names = section?.split(/: (?=[A-Z\d])/) ?? [];
        if (!text[number] || names.some((name) => !text[number].includes(name))) missing(all);
      }
    }
    for (const [, number] of source.matchAll(/\bdocuments? (\d{3})\b/gi))
      if (!text[number]) missing(`document ${number}`);
    for (const [, number, quoted] of source.matchAll(/\b(00[0-4]),? ((?:"[^"\n]+"(?: \([^)]*\))?(?:,? and |, )?)+)/g))
      for (const [, section] of quoted.matchAll(/"([^"]+)"/g))
        if (!text[number].includes(section)) missing(`${number} "${section}"`);
    for (const [, cited] of source.matchAll(/\bCONTRACT(?:: | "| (?=[§\d]))([^");.]+(?:\.\d+)?)/g))
      if (!leadsToContract(cited.split(/[:,]/)[0].trim(), headings)) missing(`CONTRACT: ${cited}`);
    for (const [, cited] of source.matchAll(/reference\/contract\.md[^\n§]{0,3}(§ ?[\d.]*\d)/g))
      if (!leadsToContract(cited, headings)) missing(`contract.md ${cited}`);
  }
  return problems;
}

/**
 * Returns the pages whose rows or files are outdated. Summaries in surface.md may be outdated, because nothing depends
 * on them.
 */
export const stalePages = () =>
  [...referencePages()]
    .filter(([file, text]) => withoutSummaries(text) !== withoutSummaries(current(file)))
    .map(([file]) => file);

const withoutSummaries = (text) => text?.replace(/^(\| `[A-Z]+ \/[^`]*` \|)[^|]*(\| `[^`]+` \|)$/gm, "$1$2");

function current(file) {
  try {
    return read(file);
  } catch {
    return undefined;
  }
}

if (resolve(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) {
  for (const [file, text] of referencePages()) if (text !== current(file)) writeFileSync(join(ROOT, file), text);
}
