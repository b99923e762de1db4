"use client";
import { useCallback, useEffect, useState } from "react";
import { readJson, writeJson } from "@/lib/core/format/json";

export type Draft = { type: string; payload: string };

const MAX = 32;

function read(key: string): Draft[] {
  try {
    const list: unknown = readJson(localStorage.getItem(key) ?? "[]");
    if (!Array.isArray(list)) return [];
    return list.filter((one): one is Draft => typeof one?.type === "string" && typeof one?.payload === "string");
  } catch {
    return [];
  }
}

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
      try {
        localStorage.setItem(key, writeJson(next));
      } catch {
        // The browser refused storage, so the history lasts only as long as the page.
      }
    },
    [key],
  );
  return { drafts, remember };
}
