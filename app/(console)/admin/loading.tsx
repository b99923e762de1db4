import { Card } from "@/app/_ui/card";
import { Skeleton, SkeletonRows } from "@/app/_ui/skeleton";

export default function Loading() {
  return (
    <>
      <Skeleton className="mb-6 h-7 w-40" />
      <Card>
        <SkeletonRows rows={10} columns={5} />
      </Card>
    </>
  );
}
