import type { ComponentProps } from "react";
import { cn } from "./cn";

/** A grey placeholder with the position and shape of content that is still loading. */
export function Skeleton({ className, ...rest }: ComponentProps<"div">) {
  return <div aria-hidden className={cn("ui:h-4 animate-pulse ui:rounded bg-raised", className)} {...rest} />;
}

/** Placeholder rows of a table that is still loading: `rows` of 32 px with `columns` blocks each. */
export function SkeletonRows({ rows = 8, columns = 4 }: { rows?: number; columns?: number }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-8 items-center gap-4 border-line border-b px-3 last:border-b-0">
          {Array.from({ length: columns }, (_, column) => (
            <Skeleton key={column} className="h-3" style={{ flex: column === 0 ? 2 : 1, maxWidth: "14rem" }} />
          ))}
        </div>
      ))}
    </div>
  );
}
