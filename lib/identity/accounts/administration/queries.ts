"use client";
/** TanStack Query hooks of the administration of accounts. Links in replies are never kept in a cache. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { listUsers } from "@/generated/calls/identity/accounts";
import {
  createResetLink,
  createUser,
  deleteUser,
  endUserSession,
  endUserSessions,
  listUserSessions,
} from "@/generated/calls/identity/accounts/administration";
import { resetSecondFactor } from "@/generated/calls/identity/accounts/second-factor";
import { type BodyOf, request } from "@/lib/client/api";

const KEYS = {
  users: ["accounts", "users"] as const,
  sessionsOf: (userId: number) => ["accounts", "sessions-of", userId] as const,
};
const paramsOf = (userId: number) => ({ user_id: String(userId) });

export function useCreateUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BodyOf<typeof createUser>) => request(createUser, { body }),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: KEYS.users }),
  });
}

export function useCreateResetLink() {
  return useMutation({
    mutationFn: ({ userId, ...body }: { userId: number } & BodyOf<typeof createResetLink>) =>
      request(createResetLink, { params: paramsOf(userId), body }),
    gcTime: 0,
  });
}

/** A person's sessions, for admins. */
export function useSessionsOf(userId: number) {
  return useQuery({
    queryKey: KEYS.sessionsOf(userId),
    queryFn: async ({ signal }) => (await request(listUserSessions, { params: paramsOf(userId), signal })).sessions,
  });
}

/** Ends one session of a person, or all without an id. */
export function useEndSessionsOf(userId: number) {
  const client = useQueryClient();
  return useMutation({
    async mutationFn(session_id?: string) {
      if (session_id === undefined) await request(endUserSessions, { params: paramsOf(userId) });
      else await request(endUserSession, { params: { ...paramsOf(userId), session_id } });
    },
    onSettled: () => client.invalidateQueries({ queryKey: KEYS.sessionsOf(userId) }),
  });
}

export function useResetSecondFactor() {
  return useMutation({
    mutationFn: (userId: number) => request(resetSecondFactor, { params: paramsOf(userId) }),
  });
}

/** Finds the account with a username. @throws Error there is none */
async function idOf(username: string): Promise<number> {
  const { users } = await request(listUsers, { query: { search: username, limit: 100 } });
  const found = users.find((user) => user.username.toLowerCase() === username.toLowerCase());
  if (typeof found?.id !== "number") throw new Error(`There is no account ${username}`);
  return found.id;
}

/** Deletes an account with its bots, or gives them to the person with the username `heir` before. */
export function useDeleteUser() {
  const client = useQueryClient();
  return useMutation({
    async mutationFn({ userId, heir }: { userId: number; heir?: string }) {
      const query =
        heir === undefined ? ({ delete_bots: "true" } as const) : { transfer_to: String(await idOf(heir.trim())) };
      return request(deleteUser, { params: paramsOf(userId), query });
    },
    onSettled: () => client.invalidateQueries({ queryKey: KEYS.users }),
  });
}
