"use client";
import { useCallback, useEffect, useState } from "react";
import { keepList, readList } from "@/lib/client/stored-list";

export type Draft = { type: string; payload: string };

const MAX = 32;

const isDraft = (one: unknown): one is Draft => {
  const { type, payload } = (one ?? {}) as Partial<Draft>;
  return typeof type === "string" && typeof payload === "string";
};
const read = (key: string): Draft[] => readList(key, isDraft) ?? [];

/** The last 32 different commands sent to a bot from this browser, newest first. */
export function useCommandHistory(scope: string) {
  const key = `muster.commands.${scope}`;
  const [drafts, setDrafts] = useState<Draft[]>([]);
  useEffect(() => setDrafts(read(key)), [key]);
  const remember = useCallback(
    (draft: Draft) => {
      const rest = read(key).filter((one) => one.type !== draft.type || one.payload !== draft.payload);
      const next = [draft, ...rest].slice(0, MAX);
      setDrafts(next);
      keepList(key, next);
    },
    [key],
  );
  return { drafts, remember };
}
