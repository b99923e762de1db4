"use client";
import type { ReactNode } from "react";
import { Button } from "./button";

type LoadMoreProps = {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
  children: ReactNode;
};

/** The button below a list that loads its next page. Renders nothing when there is none. */
export function LoadMore({ list, children }: LoadMoreProps) {
  if (!list.hasNextPage) return null;
  return (
    <div className="border-line border-t p-2 text-center">
      <Button size="sm" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {children}
      </Button>
    </div>
  );
}
