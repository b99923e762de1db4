"use client";
/** The hook that retries all failed commands of a filter. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { retryFailedCommands } from "@/generated/calls/fleet/commands";
import { request } from "@/lib/client/api";
import { BULK_MAX } from "./contract.constants";
import { patchCommands, type RetryFilters } from "./queries";

/** Counts of a retry of all so far. `error`: why the first of the refused was refused. */
export type RetryProgress = { retried: number; refused: number; error?: string; left: number };
type RetryAll = { filters: RetryFilters; onProgress: (progress: RetryProgress) => "continue" | "stop" };

/** Queues all failed commands that match the filter again, each at most once, a thousand with each call. */
export function useRetryFailed() {
  const client = useQueryClient();
  return useMutation({
    async mutationFn({ filters, onProgress }: RetryAll) {
      let progress: RetryProgress = { retried: 0, refused: 0, left: 0 };
      let cursor: string | undefined;
      do {
        const page = await request(retryFailedCommands, { body: { ...filters, limit: BULK_MAX, cursor } });
        patchCommands(
          client,
          page.results.flatMap(({ command }) => command ?? []),
        );
        const refused = page.results.filter(({ status }) => status === "error");
        progress = {
          retried: progress.retried + page.results.length - refused.length,
          refused: progress.refused + refused.length,
          error: progress.error ?? refused[0]?.error,
          left: page.left ?? 0,
        };
        cursor = page.next_cursor ?? undefined;
      } while (onProgress(progress) === "continue" && cursor !== undefined);
      return progress;
    },
  });
}
