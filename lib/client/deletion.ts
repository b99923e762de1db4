"use client";
/**
 * Deletes what the reader's page shows. The page shows it until it is left, and what reads it now and then would be refused
 * meanwhile.
 */
import {
  type InfiniteData,
  type QueryFunctionContext,
  type QueryKey,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";

/** Ids of what this page has deleted. No id is given out twice. */
const deleted = new Set<string>();

/** Runs `read`, or returns what was read last once this page has deleted `id`. */
export function readUntilDeleted<Reply>(
  id: string,
  { client, queryKey, pageParam }: Pick<QueryFunctionContext, "client" | "queryKey"> & { pageParam?: unknown },
  read: () => Promise<Reply>,
): Reply | Promise<Reply> {
  if (!deleted.has(id)) return read();
  const known = client.getQueryData<Reply | InfiniteData<Reply>>(queryKey);
  const page = isPages(known) ? known.pages[known.pageParams.indexOf(pageParam)] : known;
  return page ?? read();
}

const isPages = <Reply>(known: Reply | InfiniteData<Reply> | undefined): known is InfiniteData<Reply> =>
  typeof known === "object" && known !== null && "pageParams" in known;

/** Deletes `id` by `send`, and reads the queries under `key` again that do not show it. */
export function useDeletion(id: string, send: () => Promise<unknown>, key: QueryKey) {
  const client = useQueryClient();
  return useMutation({
    async mutationFn() {
      deleted.add(id);
      await client.cancelQueries({ queryKey: key });
      return send();
    },
    onError: () => deleted.delete(id),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
}
