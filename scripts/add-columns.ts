/**
 * Turns copies of whole SQLite tables into ALTER TABLE … ADD COLUMN. The schema engine copies a table for any new column that
 * may not be null, although SQLite adds one with a constant default in place: a copy of a log table takes minutes at a start.
 */

const BLOCK =
  /-- RedefineTables\n(?:PRAGMA [^\n]*\n)*(?<tables>[\s\S]*?)(?:PRAGMA foreign_key_check[^\n]*\n)?PRAGMA foreign_keys=ON;\nPRAGMA defer_foreign_keys=OFF;\n?/;
const TABLE =
  /CREATE TABLE "new_(?<name>\w+)" \(\n(?<columns>[\s\S]*?)\n\);\nINSERT INTO "new_\w+" \((?<copied>[^)]*)\) SELECT (?<selected>[^;]*) FROM "\w+";\nDROP TABLE "\w+";\nALTER TABLE "new_\w+" RENAME TO "\w+";\n(?:CREATE (?:UNIQUE )?INDEX [^;]*;\n)*/g;
/** Matches a column that SQLite can add in place: its default is a constant, and it is no key. */
const ADDABLE = /DEFAULT (?:'[^']*'|-?[\d.]+|true|false)$/i;

/** Returns the statement that adds a table's new columns; undefined if the table changed in another way too. */
function addedColumns({ name, columns = "", copied, selected }: Record<string, string>): string | undefined {
  if (copied !== selected) return undefined;
  const old = new Set(copied?.split(", "));
  const added = columns
    .split("\n")
    .map((line) => line.trim().replace(/,$/, ""))
    .filter((line) => line.startsWith('"') && !old.has(line.slice(0, line.indexOf('"', 1) + 1)));
  if (added.length === 0 || !added.every((column) => ADDABLE.test(column))) return undefined;
  return added.map((column) => `ALTER TABLE "${name}" ADD COLUMN ${column};\n`).join("");
}

/**
 * The migration with its table copies written as added columns, where each copy seems to do no more. The caller must check that
 * the result makes the same schema: a copy may also change a column, which its text alone does not show.
 */
export function withAddedColumns(sql: string): string {
  const tables = BLOCK.exec(sql)?.groups?.tables;
  if (tables === undefined) return sql;
  const statements = [...tables.matchAll(TABLE)].map(({ groups }) => addedColumns(groups!));
  const isWhole = tables.replace(TABLE, "").trim() === "";
  if (!isWhole || statements.includes(undefined)) return sql;
  return sql.replace(BLOCK, () => `-- AddColumn\n${statements.join("")}`);
}
