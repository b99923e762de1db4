"use client";
import { cn } from "@/app/_ui/cn";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Skeleton, SkeletonRows } from "@/app/_ui/skeleton";

/**
 * The viewer, loaded right after the page: it is a sixth of the script, and has nothing to show before its first request. The
 * placeholder has the heights of the filter, the bars over time and the lines.
 */
export const LogViewer = lazyPart(
  () => import("./log-viewer").then((part) => part.LogViewer),
  ({ className }: { userId: number; botId?: string; className?: string }) => (
    <section
      aria-label="Logs"
      className={cn("flex flex-col overflow-hidden rounded-md border border-line bg-panel", className)}
    >
      <div className="flex gap-2 border-line border-b p-2">
        <Skeleton className="h-8 flex-1" />
        <Skeleton className="h-8 w-40" />
      </div>
      <div role="status" aria-label="Loading">
        <SkeletonRows rows={16} columns={4} />
      </div>
    </section>
  ),
);
