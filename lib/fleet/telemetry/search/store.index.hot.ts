/**
 * Adds rows to the full-text index, a chunk of rows per statement. Written as SQL text for speed, because P4 (bench/)
 * measures it.
 */
import type { Sql } from "@/lib/core/db";
import type { Table } from "../store.types";
import { level, splitWords, token } from "./tokenize";

/** A row to index. `kind` is a log's type or a message's thread. */
export type Source = { seq: number; bot_id: string; owner_id: number | null; message: string; kind: string };

const KIND: Record<Table, { sqlite: string; postgresql: string; read: (kind: string) => string }> = {
  log: { sqlite: "t", postgresql: "T", read: level },
  message: { sqlite: "h", postgresql: "H", read: (thread) => thread },
};

/**
 * Adds entries for rows. FTS5 has a column for words and one for the scope. PostgreSQL has one array of lexemes: words
 * are lower case, so a capital letter at the front distinguishes a type or thread from them.
 */
export async function addEntries(tx: Sql, table: Table, rows: Source[]): Promise<void> {
  const kind = KIND[table];
  if (tx.provider === "sqlite") {
    const entries = rows.map((row) => [
      row.seq,
      splitWords(row.message).join(" "),
      `${row.owner_id === null ? "" : `o${row.owner_id} `}b${token(row.bot_id)} ${kind.sqlite}${token(kind.read(row.kind))}`,
    ]);
    await tx.run(
      `INSERT INTO ${table}_fts (rowid, message, scope) SELECT value->>0, value->>1, value->>2 FROM json_each($1)`,
      [JSON.stringify(entries)],
    );
    return;
  }
  const entries = rows.map(({ seq, bot_id, owner_id, message, kind: text }) => ({
    seq,
    bot_id,
    owner_id,
    lexemes: [...splitWords(message), kind.postgresql + token(kind.read(text))],
  }));
  await tx.run(
    `INSERT INTO ${table}_fts (seq, doc, owner_id, bot_id)
     SELECT x.seq, array_to_tsvector(ARRAY(SELECT json_array_elements_text(x.lexemes))), x.owner_id, x.bot_id
     FROM json_to_recordset($1::json) AS x(seq bigint, lexemes json, owner_id int, bot_id text) ON CONFLICT (seq) DO NOTHING`,
    [JSON.stringify(entries)],
  );
}
