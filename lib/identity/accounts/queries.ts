"use client";
/** TanStack Query hooks and calls of the accounts domain, built from its contract. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { type ResponseOf, request } from "@/lib/client/api";
import { leavePage } from "@/lib/client/session";
import type { Operation } from "@/lib/core/contract";
import type { listUsers, logout, me, updateUser } from "@/lib/identity/accounts/contract";
import type {
  createApiKey,
  listApiKeys,
  listSessions,
  revokeApiKey,
  revokeSession,
} from "@/lib/identity/accounts/credentials/contract";

export const accountKeys = {
  profile: ["accounts", "profile"] as const,
  sessions: ["accounts", "sessions"] as const,
  keys: ["accounts", "api-keys"] as const,
  users: ["accounts", "users"] as const,
};

/** Ends the session and loads the sign-in page afresh: nothing cached of this user stays in the tab. */
export async function signOut(): Promise<void> {
  await request<typeof logout>("POST /api/auth/logout", {});
  leavePage();
  window.location.assign("/login");
}

/** The caller's profile, from what the page read on; read again when the window is looked at. */
export function useProfile(initialData: ResponseOf<typeof me>["user"]) {
  const { data } = useQuery({
    queryKey: accountKeys.profile,
    queryFn: async ({ signal }) => (await request<typeof me>("GET /api/auth/me", { signal })).user,
    initialData,
    // Another window may have changed what an untouched form shows.
    refetchOnWindowFocus: "always",
  });
  return data;
}

/** What the server read for the page, so that it shows at once; a hook starts from it and keeps it current. */
type Initial<O extends Operation> = ResponseOf<O>;

export function useSessions(initialData: Initial<typeof listSessions>) {
  return useQuery({
    queryKey: accountKeys.sessions,
    queryFn: ({ signal }) => request<typeof listSessions>("GET /api/auth/sessions", { signal }),
    initialData,
  });
}

/** Ends the given sessions, one call each; the list is read again even when one of them fails. */
export function useRevokeSessions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[]) =>
      Promise.all(
        ids.map((session_id) =>
          request<typeof revokeSession>("DELETE /api/auth/sessions/{session_id}", { params: { session_id } }),
        ),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: accountKeys.sessions }),
  });
}

export function useApiKeys(initialData: Initial<typeof listApiKeys>) {
  return useQuery({
    queryKey: accountKeys.keys,
    queryFn: ({ signal }) => request<typeof listApiKeys>("GET /api/auth/api-keys", { signal }),
    initialData,
  });
}

/** Creates a key. The secret in the answer is never kept in a cache. */
export function useCreateApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: z.input<typeof createApiKey.body>) =>
      request<typeof createApiKey>("POST /api/auth/api-keys", { body }),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: accountKeys.keys }),
  });
}

export function useRevokeApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (key_id: string) =>
      request<typeof revokeApiKey>("DELETE /api/auth/api-keys/{key_id}", { params: { key_id } }),
    onSettled: () => client.invalidateQueries({ queryKey: accountKeys.keys }),
  });
}

/** The list without contacts, which have no account to administer. */
export function accountsOf({ users }: z.output<typeof listUsers.response>) {
  const accounts = users.filter((user) => !("kind" in user) || user.kind === "account");
  return { users: accounts, count: accounts.length };
}

/** Every user of the server; for admins. */
export function useUsers(initialData: Initial<typeof listUsers>) {
  return useQuery({
    queryKey: accountKeys.users,
    queryFn: async ({ signal }) => accountsOf(await request<typeof listUsers>("GET /api/users", { signal })),
    initialData,
  });
}

/** Changes a user's role or activation; ends that user's sessions. */
export function useUpdateUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, ...body }: { userId: number } & z.input<typeof updateUser.body>) =>
      request<typeof updateUser>("PATCH /api/users/{user_id}", { params: { user_id: String(userId) }, body }),
    onSettled: () => client.invalidateQueries({ queryKey: accountKeys.users }),
  });
}
