import { InfiniteQueryObserver } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { ListClient } from "./query-client";

it("a list that changes while its next page is on its way keeps that page, and is read again after it", async () => {
  const client = new ListClient();
  const asked: number[] = [];
  let answer = () => {};
  const list = new InfiniteQueryObserver(client, {
    queryKey: ["list"],
    initialPageParam: 1,
    getNextPageParam: (_last: string, pages: string[]) => pages.length + 1,
    queryFn: async ({ pageParam }: { pageParam: number }) => {
      asked.push(pageParam);
      // Only the next page is kept waiting.
      if (pageParam === 2 && asked.length === 2)
        await new Promise<void>((done) => {
          answer = done;
        });
      return `page ${pageParam}, reading ${asked.length}`;
    },
  });
  const end = list.subscribe(() => {});
  await expect.poll(() => list.getCurrentResult().data?.pages).toEqual(["page 1, reading 1"]);

  const more = list.fetchNextPage();
  const again = [client.invalidateQueries({ queryKey: ["list"] }), client.invalidateQueries()];
  answer();
  expect((await more).data?.pages).toEqual(["page 1, reading 1", "page 2, reading 2"]);
  await Promise.all(again);
  await expect.poll(() => list.getCurrentResult().data?.pages).toEqual(["page 1, reading 3", "page 2, reading 4"]);
  expect(asked).toEqual([1, 2, 1, 2]);

  // With nothing on its way, at once; only what is named.
  await client.invalidateQueries({ queryKey: ["another"] });
  expect(asked).toHaveLength(4);
  await client.invalidateQueries({ queryKey: ["list"] });
  expect(asked).toEqual([1, 2, 1, 2, 1, 2]);
  end();
});
