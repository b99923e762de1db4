"use client";
/** TanStack Query hooks of the account's email address. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { cancelEmailChange, getEmailAddress, startEmailChange } from "@/generated/calls/identity/accounts/addresses";
import { type BodyOf, request } from "@/lib/client/api";

const KEY = ["accounts", "email"] as const;

export function useEmailAddress() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => request(getEmailAddress, { signal }),
    // The link is opened in another tab.
    refetchOnWindowFocus: "always",
  });
}

export function useStartEmailChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BodyOf<typeof startEmailChange>) => request(startEmailChange, { body }),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export function useCancelEmailChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request(cancelEmailChange, {}),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}
