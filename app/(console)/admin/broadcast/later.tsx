"use client";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Skeleton } from "@/app/_ui/skeleton";

/** Loaded right after the page. The placeholder has its height. */
export const BroadcastForm = lazyPart(
  () => import("./broadcast-form").then((part) => part.BroadcastForm),
  () => <Skeleton className="h-[28rem] rounded-md" />,
);
