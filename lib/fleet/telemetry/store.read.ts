/**
 * Reads of the log and message tables, by keyset on seq, newest or oldest first.
 *
 * Searching. The index (log_fts, message_fts) holds rows up to a mark; rows above it are read and checked one by one. A
 * filter by level, thread or words goes through the index because the table has no order that would find it quickly; a
 * filter by bot, owner or time only needs the table.
 */

import { EVENT_FUTURE_MS } from "@/lib/core/contract.time";
import { db } from "@/lib/core/db";
import { yieldToEventLoop } from "@/lib/core/event-loop";
import { markOf } from "./search/store.index";
import { type Filter, fits, fts5, narrows, type Range, tsquery, Where } from "./search/store.match";
import type { LogRow, MessageRow } from "./store";

type Page = Range & { order: "asc" | "desc"; limit: number };
type Table = "log" | "message";
type Rows = { log: LogRow; message: MessageRow };

const COLUMNS: Record<Table, string[]> = {
  log: ["seq", "bot_id", "owner_id", "type", "message", "metadata", "at", "event_at"],
  message: [
    "seq",
    "id",
    "bot_id",
    "owner_id",
    "message",
    "author_id",
    "author_name",
    "thread_id",
    "thread_type",
    "metadata",
    "at",
    "event_at",
  ],
};
/** Rows the database looks through in one go, and rows of these checked in one go; the event loop turns in between. */
const SPAN = 2_000;
const CANDIDATES = 400;
/**
 * A beginning is expanded by the index to every row that has such a word before the first is known, which a common one
 * makes slow. Common ones are among the newest rows anyway, so that many are looked through first.
 */
const NEWEST = SPAN;
/** Clocks of several processes differ, so times of receipt are only nearly in the order of seq. */
const CLOCK_SLACK_MS = 60_000;
/** A row that happened longer before its receipt is late, and in the index log_late_idx or message_late_idx. */
const LATE_MS = 60_000;
const IS_LATE = `event_at < at - ${LATE_MS}`;

export function createReader<T extends Table>(table: T) {
  type Row = Rows[T];
  const columns = COLUMNS[table].join(", ");
  const joined = COLUMNS[table].map((name) => `r.${name}`).join(", ");

  /** By the table's own order; filters that need the index are not looked at. */
  function plain(filter: Filter, page: Page): Promise<Row[]> {
    const where = new Where(filter, page, "seq", "");
    return db().all<Row>(
      `SELECT ${columns} FROM ${table} WHERE ${where.text} ORDER BY seq ${page.order} LIMIT ${where.bind(page.limit)}`,
      where.params,
    );
  }

  /** Through the full-text index. */
  function indexed(filter: Filter, page: Page): Promise<Row[]> {
    const sqlite = db().provider === "sqlite";
    const seq = sqlite ? "f.rowid" : "f.seq";
    const where = new Where(filter, page, seq, "r.");
    where.conditions.push(
      sqlite ? `${table}_fts MATCH ${where.bind(fts5(filter))}` : `f.doc @@ ${where.bind(tsquery(filter))}::tsquery`,
    );
    // On PostgreSQL the copies beside the index let it narrow before it visits the table.
    if (!sqlite && filter.bot_id !== undefined) where.conditions.push(`f.bot_id = ${where.bind(filter.bot_id)}`);
    if (!sqlite && filter.bot_ids) where.conditions.push(`f.bot_id IN (${filter.bot_ids.map(where.bind).join(", ")})`);
    if (!sqlite && filter.owner_id !== undefined) where.conditions.push(`f.owner_id = ${where.bind(filter.owner_id)}`);
    return db().all<Row>(
      `SELECT ${joined} FROM ${table}_fts f JOIN ${table} r ON r.seq = ${seq} WHERE ${where.text} ORDER BY ${seq} ${page.order} LIMIT ${where.bind(page.limit)}`,
      where.params,
    );
  }

  /** How many of the next `page.limit` rows by bot, owner and time there are, and the seqs they lie between. */
  async function span(filter: Filter, page: Page): Promise<{ count: number; least: number; most: number }> {
    const where = new Where(filter, page, "seq", "");
    const [row] = await db().all<{ count: number; least: number | null; most: number | null }>(
      `SELECT count(*) AS count, min(seq) AS least, max(seq) AS most FROM (SELECT seq FROM ${table} WHERE ${where.text} ORDER BY seq ${page.order} LIMIT ${where.bind(page.limit)}) AS next`,
      where.params,
    );
    return { count: row?.count ?? 0, least: row?.least ?? 0, most: row?.most ?? 0 };
  }

  /** Returns the rows of a range that may match; the database drops the others. */
  function candidates(filter: Filter, page: Page): Promise<Row[]> {
    const where = new Where(filter, page, "seq", "");
    if (filter.levels) {
      const types = filter.levels.flatMap((one) => (one === "warning" ? ["warn", one] : [one]));
      where.conditions.push(`lower(type) IN (${types.map(where.bind).join(", ")})`);
    }
    if (filter.thread_id !== undefined) where.conditions.push(`thread_id = ${where.bind(filter.thread_id)}`);
    // In plain ASCII a word is found as it stands. Other text is compared here, where accents are folded.
    const terms = [...(filter.search?.words ?? []), ...(filter.search?.prefix ? [filter.search.prefix] : [])];
    const find = db().provider === "sqlite" ? "instr" : "strpos";
    for (const part of terms)
      where.conditions.push(
        `(${find}(lower(message), ${where.bind(part)}) > 0 OR octet_length(message) <> length(message))`,
      );
    return db().all<Row>(
      `SELECT ${columns} FROM ${table} WHERE ${where.text} ORDER BY seq ${page.order} LIMIT ${where.bind(page.limit)}`,
      where.params,
    );
  }

  /**
   * Looks through rows in order, a span at a time, until `limit` fit, the range ends or `enough` says so.
   * `next` is where the rest begins; null at the end of the range.
   */
  async function scan(filter: Filter, page: Page, enough: (seq: number, seen: number) => boolean = () => false) {
    const rows: Row[] = [];
    const newest = page.order === "desc";
    let { above, below } = page;
    for (let seen = 0; ; ) {
      const { count, least, most } = await span(filter, { above, below, order: page.order, limit: SPAN });
      if (count === 0) return { rows, next: null };
      const within = { above: Math.max(above, least - 1), below: Math.min(below, most + 1) };
      for (let left = true; left; ) {
        const found = await candidates(filter, { ...within, order: page.order, limit: CANDIDATES });
        for (const row of found) {
          if (fits(row, filter)) rows.push(row);
          if (rows.length === page.limit) return { rows, next: row.seq };
        }
        left = found.length === CANDIDATES;
        if (newest) within.below = found.at(-1)?.seq ?? within.below;
        else within.above = found.at(-1)?.seq ?? within.above;
        await yieldToEventLoop();
      }
      if (count < SPAN) return { rows, next: null };
      seen += count;
      if (newest) below = least;
      else above = most;
      if (enough(newest ? least : most, seen)) return { rows, next: newest ? least : most };
    }
  }

  /**
   * Finds the rows that came late and fit the filter. The plus keeps both databases from walking the table by seq, which would
   * visit everything stored since.
   */
  async function lateRows(filter: Filter, page: Page): Promise<Row[]> {
    const fitting: Row[] = [];
    const newest = page.order === "desc";
    const range = { above: page.above, below: page.below };
    for (;;) {
      const where = new Where(filter, range, "+seq", "");
      where.conditions.push(IS_LATE);
      if (filter.from !== undefined) where.conditions.push(`event_at >= ${where.bind(filter.from)}`);
      if (filter.to !== undefined) where.conditions.push(`event_at < ${where.bind(filter.to)}`);
      const found = await db().all<Row>(
        `SELECT ${columns} FROM ${table} WHERE ${where.text} ORDER BY +seq ${page.order} LIMIT ${where.bind(CANDIDATES)}`,
        where.params,
      );
      for (const row of found) {
        if (fits(row, filter)) fitting.push(row);
        if (fitting.length === page.limit) return fitting;
      }
      const last = found.at(-1);
      if (!last || found.length < CANDIDATES) return fitting;
      if (newest) range.below = last.seq;
      else range.above = last.seq;
      await yieldToEventLoop();
    }
  }

  /** By the table's order and its search index, for a range in which times are nearly in the order of seq. */
  async function ordered(filter: Filter, page: Page): Promise<Row[]> {
    if (page.limit <= 0 || page.below - page.above <= 1) return [];
    if (!narrows(filter)) return plain(filter, page);
    return page.order === "desc" ? newestFirst(filter, page) : oldestFirst(filter, page);
  }

  async function newestFirst(filter: Filter, page: Page): Promise<Row[]> {
    const mark = await markOf(table);
    const lookThrough = filter.search?.prefix ? NEWEST : 0;
    let below = page.below;
    let rows: Row[] = [];
    if (lookThrough > 0 || below > mark + 1) {
      const tail = { ...page, above: lookThrough > 0 ? page.above : Math.max(page.above, mark) };
      const found = await scan(filter, tail, (seq, seen) => seq <= mark && seen >= lookThrough);
      rows = found.rows;
      if (rows.length === page.limit || (found.next === null && lookThrough > 0)) return rows;
      below = found.next ?? mark + 1;
    }
    const rest = { ...page, below: Math.min(below, mark + 1), limit: page.limit - rows.length };
    return [...rows, ...(await indexed(filter, rest))];
  }

  async function oldestFirst(filter: Filter, page: Page): Promise<Row[]> {
    const mark = await markOf(table);
    const rows = page.above < mark ? await indexed(filter, { ...page, below: Math.min(page.below, mark + 1) }) : [];
    if (rows.length === page.limit) return rows;
    const tail = { ...page, above: Math.max(page.above, mark), limit: page.limit - rows.length };
    return [...rows, ...(await scan(filter, tail)).rows];
  }

  /** The first seq whose time is `at` or later, by halving: times grow with seq. */
  async function seqAt(at: number, { above, below }: Range): Promise<number> {
    let low = above + 1;
    let high = below;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [row] = await db().all<{ seq: number; at: number }>(
        `SELECT seq, at FROM ${table} WHERE seq >= $1 ORDER BY seq LIMIT 1`,
        [middle],
      );
      if (!row || row.at >= at) high = middle;
      else low = row.seq + 1;
    }
    return low;
  }

  return {
    /** At most `limit` rows of the range that fit, in that order of seq. */
    async page(filter: Filter, page: Page): Promise<Row[]> {
      const { late = page.below, limit } = page;
      if (late >= page.below || limit === 0) return ordered(filter, page);
      const inOrder = (most: number) => ordered(filter, { ...page, below: late, limit: most });
      const tooLate = (most: number) =>
        lateRows(filter, { ...page, above: Math.max(page.above, late - 1), limit: most });
      const [first, second] = page.order === "desc" ? [tooLate, inOrder] : [inOrder, tooLate];
      const rows = await first(limit);
      return rows.length === limit ? rows : [...rows, ...(await second(limit - rows.length))];
    },

    /** Narrows a range to where rows that happened in the filter's time can be; the times themselves are still compared. */
    async within(filter: Filter, range: Range): Promise<Range> {
      if (filter.from === undefined && filter.to === undefined) return range;
      const [ends] = await db().all<{ low: number | null; high: number | null }>(
        `SELECT (SELECT min(seq) FROM ${table}) AS low, (SELECT max(seq) FROM ${table}) AS high`,
      );
      if (ends?.low == null || ends.high == null) return range;
      const whole = { above: ends.low - 1, below: ends.high + 1 };
      const above =
        filter.from === undefined ? 0 : (await seqAt(filter.from - EVENT_FUTURE_MS - CLOCK_SLACK_MS, whole)) - 1;
      const late = filter.to === undefined ? whole.below : await seqAt(filter.to + LATE_MS + CLOCK_SLACK_MS, whole);
      const narrowed = { above: Math.max(range.above, above), below: range.below };
      if (late >= Math.min(range.below, whole.below)) return narrowed;
      const [tardy] = await lateRows(filter, { ...narrowed, above: late - 1, order: "desc", limit: 1 });
      return tardy ? { ...narrowed, late } : { ...narrowed, below: late };
    },

    /** The greatest seq stored; 0 when there is none. */
    async top(): Promise<number> {
      const [row] = await db().all<{ top: number | null }>(`SELECT max(seq) AS top FROM ${table}`);
      return row?.top ?? 0;
    },

    /** How many of the newest rows up to `limit` there are by bot, owner and time, and the smallest seq of them. */
    tally: (filter: Filter, range: Range, limit: number) => span(filter, { ...range, order: "desc", limit }),
  };
}

export type Reader<T extends Table> = ReturnType<typeof createReader<T>>;
