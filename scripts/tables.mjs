/**
 * Makes generated/tables.ts: one interface per table of prisma/schema.prisma, under the names that the columns have in the
 * database. The types hold on both databases: integers and epoch milliseconds are numbers, JSON is text, a flag is 0 or 1.
 */
const TYPES = { String: "string", Int: "number", BigInt: "number", Float: "number" };

function tablesOf(schema) {
  const models = [...schema.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name, body]) => ({ name, body }));
  return models.map(({ name, body }) => ({
    name: body.match(/^\s+@@map\("(\w+)"\)/m)?.[1] ?? name,
    type: `${name}Table`,
    columns: columnsOf(body),
  }));
}

function columnsOf(body) {
  const columns = [];
  let comment = [];
  for (const line of body.split("\n")) {
    const remark = line.match(/^\s*\/\/\/ ?(.*)$/);
    if (remark) {
      comment.push(remark[1]);
      continue;
    }
    const field = line.match(/^\s+(\w+)\s+(\w+)(\?|\[\])?(?:\s+(.*))?$/);
    // A relation has no column of its own. DateTime and Boolean differ between the databases, so that no type is true on both.
    const isColumn = field && (field[2] in TYPES || field[2] === "DateTime" || field[2] === "Boolean");
    if (isColumn) {
      const [, name, type, mark, attributes = ""] = field;
      const value = `${TYPES[type] ?? "never"}${mark === "?" ? " | null" : ""}`;
      const hasDefault = /@default\((?!cuid|now)/.test(attributes);
      columns.push({
        name: attributes.match(/@map\("(\w+)"\)/)?.[1] ?? name,
        type: hasDefault ? `Generated<${value}>` : value,
        comment: comment.join(" "),
      });
    }
    comment = [];
  }
  return columns;
}

/** @param {string} schema the text of a Prisma schema */
export function tablesText(schema) {
  const tables = tablesOf(schema);
  const interfaces = tables.map(({ type, columns }) => {
    const lines = columns.map(
      ({ name, type, comment }) => `${comment ? `  /** ${comment.replaceAll("*/", "")} */\n` : ""}  ${name}: ${type};`,
    );
    return `export interface ${type} {\n${lines.join("\n")}\n}`;
  });
  const list = tables.map(({ name, type }) => `  ${name}: ${type};`);
  return [
    "// generated from prisma/schema.prisma: do not edit",
    'import type { Generated } from "kysely";',
    ...interfaces,
    `export interface Tables {\n${list.join("\n")}\n}`,
    "",
  ].join("\n\n");
}
