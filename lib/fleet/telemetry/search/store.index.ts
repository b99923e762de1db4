/**
 * The full-text index of logs and messages. Rows are added in chunks up to a mark (setting "search.<table>": all rows
 * up to that seq are indexed), which costs a fifth of a trigger per row. Each chunk reads the mark, adds rows and moves
 * the mark in one exclusive transaction, so several processes may index at once without adding a row twice.
 */

import type { Generated, Kysely } from "kysely";
import type { Tables } from "@/generated/tables";
import { createRoomSetting, db, inList, type Queries, queriesIn, query, type Sql, sql } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import { type Chunk, chunk, NOTHING } from "../store.chunk";
import type { Table } from "../store.types";
import { addEntries, type Source } from "./store.index.hot";

/**
 * Tables of the index, which prisma/schema.prisma does not contain. SQLite's have a `rowid`, PostgreSQL's the other
 * columns.
 */
type Entry = { rowid: number; seq: number; doc: unknown; bot_id: string; owner_id: number | null };
/** SQLite only: `seqs` of rows that are gone but still have entries, as a JSON list. */
type RemovedEntries = { id: Generated<number>; seqs: string };
/** One row for each term of each entry of SQLite's index, in the order of the terms. */
type Term = { term: string };
type IndexTables = Record<`${Table}_fts`, Entry> &
  Record<`${Table}_fts_removed`, RemovedEntries> &
  Record<`${Table}_fts_terms`, Term>;

/**
 * The first matching rows of a range, as one statement found them in the index. `next` is where the rest begins, null at
 * its end. The rows must be tested again unless `isExact` is set. If `seqs` is null, the index cannot answer, and every
 * row before `next` must be tested.
 */
export type Found = { seqs: number[] | null; next: number | null; isExact: boolean };

/** Types `queries` with the index's tables, so that statements can read and write them. */
export const withIndex = (queries: Queries) =>
  queries as unknown as Pick<Kysely<Tables & IndexTables>, "selectFrom" | "insertInto" | "deleteFrom" | "updateTable">;

const MARKS = { log: createRoomSetting("search.log"), message: createRoomSetting("search.message") };

/** Returns the mark: every row up to this seq is in the index. */
export const markOf = async (table: Table, queries?: Queries): Promise<number> =>
  Number((await MARKS[table].read(queries)) ?? 0);

/** The seqs in one row of log_fts_removed and message_fts_removed. */
const REMOVED = 200;

/**
 * Removes the index entries of rows that are being removed. FTS5 needs several times as long for an entry as SQLite for its
 * row, so on SQLite the entries are noted and `clear` removes them later. A search does not find them meanwhile, because it
 * reads the rows that it shows.
 */
export async function removeEntries(trx: Queries, table: Table, seqs: readonly number[]): Promise<void> {
  if (db().provider === "postgresql") {
    await withIndex(trx).deleteFrom(`${table}_fts`).where("seq", "in", inList(seqs)).execute();
    return;
  }
  for (let done = 0; done < seqs.length; done += REMOVED) {
    const noted = JSON.stringify(seqs.slice(done, done + REMOVED));
    await withIndex(trx).insertInto(`${table}_fts_removed`).values({ seqs: noted }).execute();
  }
}

/** Selects noted entries, the first `limit` or a few more. */
const noted = (index: ReturnType<typeof withIndex>, table: Table, limit: number) =>
  index
    .selectFrom(`${table}_fts_removed`)
    .select(["id", "seqs"])
    .orderBy("id")
    .limit(Math.ceil(limit / REMOVED));

/** Selects what the index holds of rows. */
const sources = (queries: Queries, table: Table) =>
  queries
    .selectFrom(table as "log")
    .select(["seq", "bot_id", "owner_id", "message"])
    .select((eb) => eb.ref(table === "log" ? "type" : ("thread_id" as "type")).as("kind"));

/** Selects the rows after the mark, oldest first. */
const waiting = (queries: Queries, table: Table, mark: number, limit: number) =>
  sources(queries, table).where("seq", ">", mark).orderBy("seq").limit(limit);

/** Gives index entries the team that their rows name now. Call it within the lock that flushes of the index take. */
export async function moveEntries(tx: Sql, table: Table, seqs: readonly number[], team: number | null): Promise<void> {
  const trx = queriesIn(tx);
  if (db().provider === "postgresql") {
    const entries = withIndex(trx).updateTable(`${table}_fts`).set({ owner_id: team });
    await entries.where("seq", "in", inList(seqs)).execute();
    return;
  }
  const mark = await markOf(table, trx);
  const indexed = seqs.filter((seq) => seq <= mark);
  if (indexed.length === 0) return;
  await withIndex(trx).deleteFrom(`${table}_fts`).where("rowid", "in", inList(indexed)).execute();
  await addEntries(tx, table, await sources(trx, table).where("seq", "in", inList(indexed)).execute());
}

export function createIndexStore() {
  return {
    /**
     * Turns off FTS5's immediate rewriting of segments. By default, FTS5 rewrites a segment once a tenth of its rows is
     * deleted, within the commit that deletes one more, and blocks all other work for seconds. Its ordinary merges drop
     * deleted rows too, a few pages at a time.
     */
    async prepare(): Promise<void> {
      if (db().provider !== "sqlite") return;
      for (const index of ["log_fts", "message_fts"] as const)
        await withIndex(query())
          .insertInto(index)
          // Use a literal: a parameter would arrive as a real number, which FTS5 refuses here.
          .values({ [index]: "deletemerge", rank: sql.lit(0) } as never)
          .execute();
    },

    /** Returns about how many rows wait to be indexed. */
    async behind(table: Table): Promise<number> {
      const { last } = await query()
        .selectFrom(table as "log")
        .select(({ fn }) => fn.max<number | null>("seq").as("last"))
        .executeTakeFirstOrThrow();
      return last === null ? 0 : Math.max(0, last - (await markOf(table)));
    },

    /** Adds the next rows, `limit` at most, and moves the mark to the last of them. */
    async advance(table: Table, limit: number): Promise<Chunk> {
      // Check without the lock first: usually there is nothing to index.
      if ((await waiting(query(), table, await markOf(table), 1).execute()).length === 0) return NOTHING;
      return chunk(async (tx, waitForTurn) => {
        await waitForTurn();
        const trx = queriesIn(tx);
        const rows: Source[] = await waiting(trx, table, await markOf(table, trx), limit).execute();
        const last = rows.at(-1);
        if (!last) return 0;
        await addEntries(tx, table, rows);
        await MARKS[table].write(String(last.seq), trx);
        return rows.length;
      });
    },

    /** Removes entries of rows that are gone, about `limit` of them. */
    async clear(table: Table, limit: number): Promise<Chunk> {
      if (db().provider === "postgresql" || (await noted(withIndex(query()), table, 1).execute()).length === 0)
        return NOTHING;
      return chunk(async (tx) => {
        const index = withIndex(queriesIn(tx));
        const lists = await noted(index, table, limit).execute();
        const seqs = lists.flatMap((list) => readJson<number[]>(list.seqs));
        await index.deleteFrom(`${table}_fts`).where("rowid", "in", inList(seqs)).execute();
        await index
          .deleteFrom(`${table}_fts_removed`)
          .where("id", "<=", lists.at(-1)?.id ?? 0)
          .execute();
        return seqs.length;
      });
    },
  };
}

export type IndexStore = ReturnType<typeof createIndexStore>;
