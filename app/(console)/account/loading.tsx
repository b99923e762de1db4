import { Skeleton } from "@/app/_ui/skeleton";

export default function Loading() {
  return (
    <div className="max-w-4xl space-y-4" role="status" aria-label="Loading">
      <Skeleton className="h-7 w-40" />
      <Skeleton className="h-64 w-full" />
      <Skeleton className="h-48 w-full" />
    </div>
  );
}
