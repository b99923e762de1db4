"use client";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Skeleton } from "@/app/_ui/skeleton";

/** The last part of the page, loaded after the figures. The placeholder has its height. */
export const RetentionForm = lazyPart(
  () => import("./retention-form").then((part) => part.RetentionForm),
  () => <Skeleton className="h-[35rem] rounded-md sm:h-[24rem] xl:h-[12.5rem]" />,
);
