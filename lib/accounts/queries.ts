"use client";
/** TanStack Query hooks and calls of the accounts domain, built from its contract. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import {
  createApiKey,
  getUser,
  listApiKeys,
  listSessions,
  listUsers,
  logout,
  revokeApiKey,
  revokeSession,
  updateProfile,
  updateUser,
} from "@/lib/accounts/contract";
import { request } from "@/lib/client/api";

const accountKeys = {
  profile: (userId: number) => ["accounts", "profile", userId] as const,
  sessions: ["accounts", "sessions"] as const,
  keys: ["accounts", "api-keys"] as const,
  users: ["accounts", "users"] as const,
};

/** Ends the session and loads the sign-in page afresh: nothing cached of this user stays in the tab. */
export async function signOut(): Promise<void> {
  await request(logout, "POST /api/auth/logout", {});
  window.location.assign("/login");
}

/** The caller's own profile. */
export function useProfile(userId: number) {
  return useQuery({
    queryKey: accountKeys.profile(userId),
    queryFn: ({ signal }) =>
      request(getUser, "GET /api/users/{user_id}", { params: { user_id: String(userId) }, signal }),
    // A form is filled from it: it must not change under the typing.
    refetchOnWindowFocus: false,
    staleTime: 60_000,
  });
}

export function useUpdateProfile(userId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: z.input<typeof updateProfile.body>) =>
      request(updateProfile, "POST /api/auth/update-profile", { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: accountKeys.profile(userId) }),
  });
}

export function useSessions() {
  return useQuery({
    queryKey: accountKeys.sessions,
    queryFn: ({ signal }) => request(listSessions, "GET /api/auth/sessions", { signal }),
  });
}

/** Ends the given sessions, one call each; the list is read again even when one of them fails. */
export function useRevokeSessions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[]) =>
      Promise.all(
        ids.map((session_id) =>
          request(revokeSession, "DELETE /api/auth/sessions/{session_id}", { params: { session_id } }),
        ),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: accountKeys.sessions }),
  });
}

export function useApiKeys() {
  return useQuery({
    queryKey: accountKeys.keys,
    queryFn: ({ signal }) => request(listApiKeys, "GET /api/auth/api-keys", { signal }),
  });
}

/** Creates a key. The secret in the answer is never kept in a cache. */
export function useCreateApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: z.input<typeof createApiKey.body>) => request(createApiKey, "POST /api/auth/api-keys", { body }),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: accountKeys.keys }),
  });
}

export function useRevokeApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (key_id: string) => request(revokeApiKey, "DELETE /api/auth/api-keys/{key_id}", { params: { key_id } }),
    onSettled: () => client.invalidateQueries({ queryKey: accountKeys.keys }),
  });
}

/** Every user of the server; for admins. */
export function useUsers() {
  return useQuery({
    queryKey: accountKeys.users,
    queryFn: ({ signal }) => request(listUsers, "GET /api/users", { signal }),
  });
}

/** Changes a user's role or activation; ends that user's sessions. */
export function useUpdateUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, ...body }: { userId: number } & z.input<typeof updateUser.body>) =>
      request(updateUser, "PATCH /api/users/{user_id}", { params: { user_id: String(userId) }, body }),
    onSettled: () => client.invalidateQueries({ queryKey: accountKeys.users }),
  });
}
