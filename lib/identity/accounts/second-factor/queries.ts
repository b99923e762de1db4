"use client";
/** TanStack Query hooks of the second factor. Secrets and recovery codes in replies are never kept in a cache. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  confirmSecondFactor,
  createRecoveryCodes,
  getSecondFactor,
  removeSecondFactor,
  startSecondFactor,
} from "@/generated/calls/identity/accounts/second-factor";
import { type BodyOf, request } from "@/lib/client/api";
import { createStore } from "@/lib/client/store";

export const SECOND_FACTOR = ["accounts", "second-factor"] as const;

/** Whether this page has added, changed or removed a second factor or a passkey. The page then offers to end other sessions. */
export const factorsChanged = createStore(false);

/** Reads the state again after a change of the second factor. */
function useRefresh() {
  const client = useQueryClient();
  return () => {
    factorsChanged.set(true);
    return client.invalidateQueries({ queryKey: SECOND_FACTOR });
  };
}

export function useSecondFactor() {
  return useQuery({ queryKey: SECOND_FACTOR, queryFn: ({ signal }) => request(getSecondFactor, { signal }) });
}

export function useStartSecondFactor() {
  return useMutation({
    mutationFn: (body: BodyOf<typeof startSecondFactor>) => request(startSecondFactor, { body }),
    gcTime: 0,
  });
}

export function useConfirmSecondFactor() {
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: (body: BodyOf<typeof confirmSecondFactor>) => request(confirmSecondFactor, { body }),
    gcTime: 0,
    onSuccess,
  });
}

export function useCreateRecoveryCodes() {
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: () => request(createRecoveryCodes, {}),
    gcTime: 0,
    onSuccess,
  });
}

export function useRemoveSecondFactor() {
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: (body: BodyOf<typeof removeSecondFactor>) => request(removeSecondFactor, { body }),
    onSuccess,
  });
}
