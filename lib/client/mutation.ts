"use client";
/** The mutation that most rooms need: send a change, then read again what it touched. */
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";

/** Sends a change. The queries under `keys` are read again afterwards, also when the server refuses: they were stale then. */
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
