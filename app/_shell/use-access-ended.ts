"use client";
import { useSyncExternalStore } from "react";
import { accessChangedAt } from "@/lib/client/access";
import { ApiError } from "@/lib/client/api";

/** Live events travel in batches: one that was sent before a change of rights can arrive this much later than its announcement. */
const LATE_EVENT_MS = 10_000;

/**
 * Returns whether the reader could see what the query reads, and lost it by a change of rights: the change came after the last
 * answer, and the next one is that there is no such thing.
 */
export function useAccessEnded({ error, dataUpdatedAt }: { error: unknown; dataUpdatedAt: number }): boolean {
  const changedAt = useSyncExternalStore(accessChangedAt.subscribe, accessChangedAt.get, () => 0);
  const isMissing = error instanceof ApiError && error.status === 404;
  return isMissing && dataUpdatedAt > 0 && changedAt > 0 && changedAt >= dataUpdatedAt - LATE_EVENT_MS;
}
