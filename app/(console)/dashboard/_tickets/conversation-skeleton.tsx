import type { ReactNode } from "react";
import { cn } from "@/app/_ui/cn";
import { Skeleton } from "@/app/_ui/skeleton";

/** Shown while a conversation loads. `back` is the button that returns to the list on phones. */
export function ConversationSkeleton({ back }: { back?: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-1 flex-col" role="status" aria-label="Loading the ticket">
      <div className="flex h-13 shrink-0 items-center gap-2 border-line border-b bg-panel px-2 sm:px-4">
        {back}
        <Skeleton className="w-56" />
      </div>
      <div className="flex-1 space-y-4 p-4">
        {["w-64", "w-80", "w-52", "w-72"].map((width, at) => (
          <div key={width} className={cn("flex gap-2", at % 2 && "flex-row-reverse")}>
            <Skeleton className="size-7 rounded-full" />
            <Skeleton className={cn("h-12 max-w-[70%]", width)} />
          </div>
        ))}
      </div>
    </div>
  );
}
