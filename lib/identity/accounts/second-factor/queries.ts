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

export const SECOND_FACTOR = ["accounts", "second-factor"] as const;

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
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BodyOf<typeof confirmSecondFactor>) => request(confirmSecondFactor, { body }),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: SECOND_FACTOR }),
  });
}

export function useCreateRecoveryCodes() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request(createRecoveryCodes, {}),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: SECOND_FACTOR }),
  });
}

export function useRemoveSecondFactor() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BodyOf<typeof removeSecondFactor>) => request(removeSecondFactor, { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: SECOND_FACTOR }),
  });
}
