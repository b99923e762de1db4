/** Compares two edits of one value, as pure functions: the fields that differ, and which side changed each. */

export type Values = Record<string, unknown>;
/** A field whose stored and typed values differ. `both`: each side changed it. */
export type MergeRow = { field: string; theirs: unknown; yours: unknown; changedBy: "both" | "them" | "you" };
export type Side = "theirs" | "yours";

/** Compares two values as JSON; the order of an object's fields does not matter. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b || Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Values, b as Values];
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length && names.every((name) => name in right && same(left[name], right[name]))
  );
}

/** Returns the fields that differ, in the order of `yours`. Fields that only the stored values have come last. */
export function mergeRows(base: Values, theirs: Values, yours: Values): MergeRow[] {
  return [...new Set([...Object.keys(yours), ...Object.keys(theirs)])]
    .filter((field) => !same(theirs[field], yours[field]))
    .map((field) => {
      const [theirsChanged, yoursChanged] = [theirs, yours].map((side) => !same(side[field], base[field]));
      const changedBy = theirsChanged && yoursChanged ? "both" : theirsChanged ? "them" : "you";
      return { field, theirs: theirs[field], yours: yours[field], changedBy };
    });
}

/**
 * The side selected by default, so that no change is lost: "theirs" for a field that only they changed, otherwise
 * "yours".
 */
export const usualSide = (row: MergeRow): Side => (row.changedBy === "them" ? "theirs" : "yours");

/** Your values with the picked side in every row. A field that the picked side does not have is left out. */
export function mergedValues<V extends object>(yours: V, rows: MergeRow[], sideOf: (row: MergeRow) => Side): V {
  const merged = new Map(Object.entries(yours));
  for (const row of rows) {
    const value = row[sideOf(row)];
    if (value === undefined) merged.delete(row.field);
    else merged.set(row.field, value);
  }
  return Object.fromEntries(merged) as V;
}

/** The lines of a text, each with whether the other text lacks it. */
export function markedLines(text: string, other: string): { line: string; isOwn: boolean }[] {
  const left = new Map<string, number>();
  for (const line of other.split("\n")) left.set(line, (left.get(line) ?? 0) + 1);
  return text.split("\n").map((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return { line, isOwn: count <= 0 };
  });
}
