"use client";
/** The hook of the query of logs, which may name several bots. */
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { writeJson } from "@/lib/core/format/json";
import { botSearch } from "./queries.search";

/** The first bots whose name or id contains one of several texts. `found` has the texts that were looked up. */
export function useBotSearches(texts: readonly string[], limit: number) {
  const searches = useQueries({ queries: texts.map((text) => botSearch(text, limit)) });
  const version = writeJson([texts, searches.map((search) => search.dataUpdatedAt)]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` stands for the texts and their answers
  const found = useMemo(
    () => new Map(texts.flatMap((text, at) => (searches[at]?.data ? [[text, searches[at].data] as const] : []))),
    [version],
  );
  return { found, isPending: searches.some((search) => search.isPending) };
}
