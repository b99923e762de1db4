/**
 * The full-text index of logs and messages. Rows are added in chunks behind a mark (setting "search.<table>": every row
 * up to that seq is in), which costs a fifth of a trigger per row. Each chunk reads the mark, adds the rows and moves the
 * mark in one exclusive transaction, so several processes may do it at once and no row is added twice.
 */
import { db, type Sql, takeTurn } from "@/lib/core/db";
import { level, splitWords, token } from "./tokenize";

export type Indexed = "log" | "message";
type Source = { seq: number; bot_id: string; owner_id: number | null; message: string; kind: string };

const KIND: Record<Indexed, { column: string; sqlite: string; postgresql: string; of: (kind: string) => string }> = {
  log: { column: "type", sqlite: "t", postgresql: "T", of: level },
  message: { column: "thread_id", sqlite: "h", postgresql: "H", of: (thread) => thread },
};

const markKey = (table: Indexed) => `search.${table}`;

/** Every row up to this seq is in the index. */
export async function markOf(table: Indexed, sql: Sql = db()): Promise<number> {
  const [row] = await sql.all<{ value: string }>("SELECT value FROM setting WHERE key = $1", [markKey(table)]);
  return row ? Number(row.value) : 0;
}

/**
 * FTS5 takes words and scope as two columns. PostgreSQL takes one array of lexemes: words are lower case, so the capital
 * keeps a type or thread apart from them.
 */
async function add(tx: Sql, table: Indexed, rows: Source[]): Promise<void> {
  const kind = KIND[table];
  if (tx.provider === "sqlite") {
    const entries = rows.map((row) => [
      row.seq,
      splitWords(row.message).join(" "),
      `${row.owner_id === null ? "" : `o${row.owner_id} `}b${token(row.bot_id)} ${kind.sqlite}${token(kind.of(row.kind))}`,
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
    lexemes: [...splitWords(message), kind.postgresql + token(kind.of(text))],
  }));
  await tx.run(
    `INSERT INTO ${table}_fts (seq, doc, owner_id, bot_id)
     SELECT x.seq, array_to_tsvector(ARRAY(SELECT json_array_elements_text(x.lexemes))), x.owner_id, x.bot_id
     FROM json_to_recordset($1::json) AS x(seq bigint, lexemes json, owner_id int, bot_id text) ON CONFLICT (seq) DO NOTHING`,
    [JSON.stringify(entries)],
  );
}

export function createIndexStore() {
  return {
    /**
     * FTS5 by default rewrites a segment as soon as a tenth of its rows is deleted, all in the commit that deletes one
     * more: seconds in which nothing else runs. Its ordinary merges drop deleted rows too, a few pages at a time.
     */
    async prepare(): Promise<void> {
      if (db().provider !== "sqlite") return;
      for (const table of ["log", "message"] satisfies Indexed[])
        await db().run(`INSERT INTO ${table}_fts (${table}_fts, rank) VALUES ('deletemerge', 0)`);
    },

    /** Adds the next rows, `limit` at most, and moves the mark behind them. How many there were. */
    async advance(table: Indexed, limit: number): Promise<number> {
      // Asked outside the lock first: most of the time there is nothing to do.
      const [waiting] = await db().all(`SELECT 1 FROM ${table} WHERE seq > $1 LIMIT 1`, [await markOf(table)]);
      if (!waiting) return 0;
      return db().write(async (tx) => {
        await takeTurn(tx);
        const rows = await tx.all<Source>(
          `SELECT seq, bot_id, owner_id, message, ${KIND[table].column} AS kind FROM ${table} WHERE seq > $1 ORDER BY seq LIMIT $2`,
          [await markOf(table, tx), limit],
        );
        const last = rows.at(-1);
        if (!last) return 0;
        await add(tx, table, rows);
        await tx.run(
          "INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
          [markKey(table), String(last.seq)],
        );
        return rows.length;
      });
    },
  };
}

export type IndexStore = ReturnType<typeof createIndexStore>;
