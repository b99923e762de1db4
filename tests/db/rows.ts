/** Rows of any table for tests that look at single columns: whatever else a table demands is filled in. */
import type { TestDatabase } from "./databases";

type Column = { name: string; type: string; needed: number | boolean };

async function columnsOf({ url, all }: TestDatabase, table: string): Promise<Column[]> {
  return url.startsWith("file:")
    ? all(`SELECT name, type, "notnull" AND dflt_value IS NULL AS needed FROM pragma_table_info('${table}')`)
    : all(
        `SELECT column_name AS name, data_type AS type, is_nullable = 'NO' AND column_default IS NULL AS needed
           FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '${table}'`,
      );
}

const literal = (value: string | number) =>
  typeof value === "number" ? String(value) : `'${value.replaceAll("'", "''")}'`;

/** Stores rows in one statement. Foreign keys are not checked. */
export async function addRows(
  database: TestDatabase,
  table: string,
  rows: Record<string, string | number>[],
): Promise<void> {
  const columns = await columnsOf(database, table);
  const isNumber = ({ type }: Column) => /int|real|double|numeric/i.test(type);
  const given = columns.filter(({ name, needed }) => name !== "seq" && (needed || name in rows[0]!));
  const values = rows.map((row, at) =>
    given.map((column) => literal(row[column.name] ?? (isNumber(column) ? at : `${column.name} ${at}`))),
  );
  await database.run(
    database.url.startsWith("file:") ? "PRAGMA foreign_keys = 0" : "SET session_replication_role = replica",
  );
  await database.run(
    `INSERT INTO "${table}" (${given.map(({ name }) => `"${name}"`).join(", ")}) VALUES ${values.map((row) => `(${row.join(", ")})`).join(", ")}`,
  );
}
