/**
 * Adds rows to the full-text index, a chunk of rows per statement. Written as SQL text for speed, because P4 (bench/)
 * measures it.
 */
import type { Sql } from "@/lib/core/db";
import type { Table } from "../store.types";
import { blockOf, nameOf, token } from "./blocks";
import { level, splitWords } from "./tokenize";

/** A row to index. `kind` is a log's type or a message's thread. */
export type Source = { seq: number; bot_id: string; owner_id: number | null; message: string; kind: string };

const KIND: Record<Table, { sqlite: string; postgresql: string; read: (kind: string) => string }> = {
  log: { sqlite: "t", postgresql: "T", read: level },
  message: { sqlite: "h", postgresql: "H", read: (thread) => thread },
};

/** A row's terms for FTS5. Words have no "_", so the terms of owner, bot, type and thread begin with it. */
function termsOf({ seq, bot_id, owner_id, message, kind: text }: Source, kind: (typeof KIND)[Table]): string {
  const name = nameOf(blockOf(seq));
  const scope = [`_b${token(bot_id)}`, `_${kind.sqlite}${token(kind.read(text))}`];
  if (owner_id !== null) scope.push(`_o${owner_id}`);
  return name + [...splitWords(message), ...scope].join(` ${name}`);
}

/**
 * Adds entries for rows. PostgreSQL has one array of lexemes: words are lower case, so a capital letter at the front
 * distinguishes a type or thread from them.
 */
export async function addEntries(tx: Sql, table: Table, rows: Source[]): Promise<void> {
  const kind = KIND[table];
  if (tx.provider === "sqlite") {
    const entries = rows.map((row) => [row.seq, termsOf(row, kind)]);
    await tx.run(`INSERT INTO ${table}_fts (rowid, terms) SELECT value->>0, value->>1 FROM json_each($1)`, [
      JSON.stringify(entries),
    ]);
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
