/** Finds reads and writes of a table outside the room that owns it. ARCHITECTURE.md lists the owners. */
import { readFileSync } from "node:fs";
import { isCallExpression, isPropertyAccessExpression, isStringLiteral, SyntaxKind } from "./syntax.mjs";

const SECTION = "## Tables and their owners";
const SCHEMA = "prisma/schema.prisma";

/** Model → table of the schema: `Bot` → `bot`. */
const schema = readFileSync(SCHEMA, "utf8");
const tableOfModel = new Map(
  [...schema.matchAll(/^model (\w+) \{([\s\S]*?)^\}/gm)].map(([, model, body]) => [
    model[0].toLowerCase() + model.slice(1),
    /@@map\("(\w+)"\)/.exec(body)?.[1] ?? model,
  ]),
);
const tables = new Set(tableOfModel.values());

/** Table → folder of its owner, from rows like "| `lib/fleet/bots` | `bot`, `bot_part` |". */
const rows = readFileSync("ARCHITECTURE.md", "utf8").split(SECTION)[1]?.split("\n## ")[0] ?? "";
const owners = new Map(
  [...rows.matchAll(/^\| `(lib\/[\w/-]+)` *\| (.+) \|$/gm)].flatMap(([, folder, list]) =>
    [...list.matchAll(/`(\w+)`/g)].map(([, table]) => [table, folder]),
  ),
);

const BUILDERS = new Set(["selectFrom", "insertInto", "updateTable", "deleteFrom", "mergeInto", "replaceInto"]);
const JOINS = new Set(["innerJoin", "leftJoin", "rightJoin", "fullJoin", "crossJoin"]);
const IN_SQL = /\b(?:FROM|JOIN|INTO|UPDATE|TABLE|ANALYZE)\s+(?:ONLY\s+)?"?([a-z_]+)"?/g;
const TEXTS = new Set([
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateHead,
  SyntaxKind.TemplateMiddle,
  SyntaxKind.TemplateTail,
]);

/** The tables that a node names: a query builder's argument, a Prisma model, or SQL in a string. */
function tablesOf(node, tree) {
  if (TEXTS.has(node.kind)) return [...node.text.matchAll(IN_SQL)].map((match) => match[1]);
  if (isCallExpression(node) && isPropertyAccessExpression(node.expression)) {
    const method = node.expression.name.text;
    const [first] = node.arguments;
    if (first && (BUILDERS.has(method) || JOINS.has(method)) && isStringLiteral(first))
      return [first.text.split(" ")[0].split(".").at(-1)];
  }
  if (isPropertyAccessExpression(node) && isPropertyAccessExpression(node.parent) && node.parent.expression === node)
    if (/(prisma|client|tx|db)(\(\))?$/i.test(node.expression.getText(tree))) return [tableOfModel.get(node.name.text)];
  return [];
}

export const tableOwners = {
  name: "table-owners",
  help: `ask the room that owns the table, which ARCHITECTURE.md lists under "${SECTION.slice(3)}"`,
  applies: (path) => /^(lib|app)\/|^server\.ts$/.test(path) && !/\.test\.tsx?$/.test(path),
  *check(file) {
    for (const node of file.nodes)
      for (const table of tablesOf(node, file.tree)) {
        const owner = owners.get(table);
        if (!tables.has(table) || file.path.startsWith(`${owner}/`)) continue;
        yield {
          line: file.lineOf(node.getStart(file.tree)),
          message: `${table} belongs to ${owner ?? "no room"}`,
          name: table,
        };
      }
  },
};

export const tableList = {
  name: "table-list",
  help: `list every table of ${SCHEMA} once in ARCHITECTURE.md under "${SECTION.slice(3)}"`,
  applies: (path) => path === SCHEMA,
  *check(file) {
    for (const table of tables)
      if (!owners.has(table))
        yield { line: file.lineOf(file.text.indexOf(`@@map("${table}")`)), message: `${table} has no owner` };
    for (const table of owners.keys())
      if (!tables.has(table)) yield { line: 1, message: `${table} has an owner and does not exist` };
  },
};
