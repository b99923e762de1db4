/**
 * Data that a page's server part hands to its client part, as text: React's own format reads the large integers of
 * lib/core/format/json.ts as objects and fails. Use it for any data that may contain free-form JSON of bots or people.
 */
import { readJson, writeJson } from "@/lib/core/format/json";

export type PageData<T> = {
  readonly json: string /** Exists only in the type, never at run time. */;
  readonly shape?: T;
};

export const pageData = <T>(value: T): PageData<T> => ({ json: writeJson(value) });
export const readPageData = <T>({ json }: PageData<T>): T => readJson<T>(json);
