/**
 * The index of SQLite is divided into blocks of rows by seq: each entry's terms begin with the name of its block. FTS5
 * cannot stop a query at a rowid while nothing matches, so a query for a whole table may run for a second; a query for
 * terms of one block reads the entries of that block only (docs/decisions/005-search.md).
 */

/** The rows of one block. A query for two words that are common but never together takes up to 10 ms for this many. */
const BLOCK = 524_288;
/** Names have this length, so that no name with a word after it is another name with another word. */
const NAME = 4;

export const blockOf = (seq: number): number => Math.floor(seq / BLOCK);

/** The seqs of a block: `first` inclusive, `end` exclusive. */
export const seqsOf = (block: number): { first: number; end: number } => ({
  first: block * BLOCK,
  end: (block + 1) * BLOCK,
});

/** The text that the terms of a block begin with. */
export const nameOf = (block: number): string => block.toString(36).padStart(NAME, "0");

/** Encodes any text as a single term, for limiting a search to a bot, a type or a thread. */
export const token = (text: string): string => Buffer.from(text, "utf8").toString("hex");
