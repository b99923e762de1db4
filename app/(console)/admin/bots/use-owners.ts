"use client";
import { useQuery } from "@tanstack/react-query";
import { listUsers } from "@/generated/calls/identity/accounts";
import { request } from "@/lib/client/api";
import { accountKeys, accountsOf } from "@/lib/identity/accounts/queries";

/** Usernames by user id, for showing who owns a bot; undefined until they are known. */
export function useOwners(): Map<number, string> | undefined {
  return useQuery({
    queryKey: accountKeys.users,
    queryFn: async ({ signal }) => accountsOf(await request(listUsers, { signal })),
    select: ({ users }) => new Map(users.map((user) => [user.id, user.username])),
    staleTime: 60_000,
  }).data;
}
