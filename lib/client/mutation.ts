"use client";
/** The mutation that most rooms need: send a change, then refetch the queries it affects. */
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";

/**
 * Sends a change. Afterwards the queries under `keys` are refetched, also if the server refuses, because a refusal
 * means that they were stale.
 */
export function useRefreshingMutation<Reply, Input = void>(
  send: (input: Input) => Promise<Reply>,
  ...keys: QueryKey[]
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSettled: () => Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
