/** Searches the index of the database that is in use. */
import { db } from "@/lib/core/db";
import type { Table } from "../store.types";
import type { Filter, Page } from "./match";
import type { Found } from "./store.index";
import { searchBlock } from "./store.sqlite";
import { searchWindows } from "./store.windows";

/** Searches the next part of a range in the index. */
export async function searchIndex(table: Table, filter: Filter, page: Page): Promise<Found> {
  if (db().provider === "sqlite") return searchBlock(table, filter, page);
  const seqs = await searchWindows(table, filter, page);
  return { seqs, next: seqs.length === page.limit ? seqs.at(-1)! : null, isExact: true };
}
