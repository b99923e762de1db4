"use client";
import type { ReactNode } from "react";
import { Button } from "@/app/_ui/button";
import { EmptyState, ErrorState } from "@/app/_ui/empty-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { useTimeFormat } from "@/app/_ui/time-format";
import type { LogFilterState } from "./use-log-filter";
import type { LogViewState } from "./use-log-view";

type PlaceholderProps = {
  filter: LogFilterState;
  view: Pick<LogViewState, "buffer" | "clear" | "loadOlder" | "reload">;
  /** The lines. */
  children: ReactNode;
};

/** Shown in place of the lines while there are none. Says why. */
export function LogPlaceholder({ filter, view, children }: PlaceholderProps) {
  const { buffer, clear, loadOlder, reload } = view;
  const format = useTimeFormat();
  const filterHint = { onClear: clear };
  if (filter.isSearching) return <SkeletonRows rows={16} columns={4} />;
  // Hide the lines of the previous filter: a reader would take them for the result of this one.
  if (filter.problems.length > 0)
    return (
      <EmptyState
        title="This filter is not valid"
        description="Correct the problem shown below the filter, or clear the filter to see all logs."
        filterHint={filterHint}
      />
    );
  if (buffer.lines.length > 0) return children;
  if (buffer.state === "error")
    return <ErrorState title="Logs could not be loaded" message={buffer.error} onRetry={reload} />;
  if (buffer.state === "loading") return <SkeletonRows rows={16} columns={4} />;
  const { searchedTo } = buffer;
  if (filter.isFiltered)
    return (
      <EmptyState
        title="No logs match"
        description={
          buffer.older === null
            ? `No stored log lines match this ${filter.hasText ? "filter" : "range of time"}. New matching lines will appear here.`
            : `No lines match this filter${searchedTo ? ` back to ${format.full(searchedTo)}` : " so far"}. Older lines have not been searched yet.`
        }
        action={buffer.older === null ? null : <Button onClick={() => void loadOlder()}>Search older lines</Button>}
        filterHint={filterHint}
      />
    );
  return (
    <EmptyState
      title="No logs yet"
      description="Log lines that bots send to /api/bot/{bot_id}/logs appear here as soon as they arrive."
      docs={{ href: "/docs/api/logs-and-messages", label: "How bots store logs" }}
    />
  );
}
