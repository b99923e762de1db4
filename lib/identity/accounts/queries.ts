"use client";
/** TanStack Query hooks and calls of the accounts domain, built from its contract. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getMe, listUsers, logout, updateUser } from "@/generated/calls/identity/accounts";
import {
  createApiKey,
  endSessions,
  listApiKeys,
  listSessions,
  revokeApiKey,
  revokeSession,
  rotateApiKey,
} from "@/generated/calls/identity/accounts/credentials";
import { type BodyOf, type ResponseOf, request } from "@/lib/client/api";
import { leavePage } from "@/lib/client/session";
import type { Role } from "./contract";
import { USER_PAGE } from "./contract.constants";

const accountKeys = {
  profile: ["accounts", "profile"] as const,
  sessions: ["accounts", "sessions"] as const,
  keys: ["accounts", "api-keys"] as const,
  users: ["accounts", "users"] as const,
};

/** Ends the session and loads another page, by default that to sign in, so that no cached data of this user stays in the tab. */
export async function signOut(next = "/login"): Promise<void> {
  await request(logout, {});
  leavePage();
  window.location.assign(next);
}

/** The caller's profile, starting with the page's data. Refetched when the window gets the focus. */
export function useProfile(initialData: ResponseOf<typeof getMe>["user"]) {
  const { data } = useQuery({
    queryKey: accountKeys.profile,
    queryFn: async ({ signal }) => (await request(getMe, { signal })).user,
    initialData,
    // Another window may have changed values that an untouched form shows.
    refetchOnWindowFocus: "always",
  });
  return data;
}

/** Starts from the data that the server rendered with the page, and keeps it current. */
export function useSessions(initialData: ResponseOf<typeof listSessions>) {
  return useQuery({
    queryKey: accountKeys.sessions,
    queryFn: ({ signal }) => request(listSessions, { signal }),
    initialData,
  });
}

export function useRevokeSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (session_id: string) => request(revokeSession, { params: { session_id } }),
    onSettled: () => client.invalidateQueries({ queryKey: accountKeys.sessions }),
  });
}

/** Signs out everywhere: here too, which leads to the sign-in page, unless `keepsThis`. */
export function useEndSessions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ keepsThis }: { keepsThis: boolean }) => {
      await request(endSessions, { query: { keep_current: keepsThis ? "true" : "false" } });
      if (keepsThis) return;
      leavePage();
      window.location.assign("/login");
    },
    onSuccess: () => client.invalidateQueries({ queryKey: accountKeys.sessions }),
  });
}

export function useApiKeys(initialData: ResponseOf<typeof listApiKeys>) {
  return useQuery({
    queryKey: accountKeys.keys,
    queryFn: ({ signal }) => request(listApiKeys, { signal }),
    initialData,
  });
}

/** Creates a key. The secret in the answer is never kept in a cache. */
export function useCreateApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BodyOf<typeof createApiKey>) => request(createApiKey, { body }),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: accountKeys.keys }),
  });
}

/** Rotates a key. The secret in the answer is never kept in a cache. */
export function useRotateApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key_id, ...body }: { key_id: string } & BodyOf<typeof rotateApiKey>) =>
      request(rotateApiKey, { params: { key_id }, body }),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: accountKeys.keys }),
  });
}

export function useRevokeApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (key_id: string) => request(revokeApiKey, { params: { key_id } }),
    onSettled: () => client.invalidateQueries({ queryKey: accountKeys.keys }),
  });
}

type UserPage = ResponseOf<typeof listUsers>;
export type UserFilters = { search?: string; role?: Role; second_factor?: "none" | "any" };

/** The users of the server, page by page; for staff. `initial` is the first page without filters. */
export function useUsers(filters: UserFilters, initial: UserPage) {
  const isFiltered = Object.values(filters).some(Boolean);
  return useInfiniteQuery({
    queryKey: [...accountKeys.users, filters],
    queryFn: ({ pageParam, signal }) =>
      request(listUsers, { query: { ...filters, limit: USER_PAGE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    initialData: isFiltered ? undefined : { pages: [initial], pageParams: [undefined] },
    placeholderData: keepPreviousData,
  });
}

/** Usernames of these accounts by id; undefined until they are known. */
export function useUsernames(ids: readonly number[]): Map<number, string> | undefined {
  const wanted = [...new Set(ids)].sort((a, b) => a - b);
  return useQuery({
    queryKey: [...accountKeys.users, "names", wanted],
    async queryFn({ signal }) {
      const names = new Map<number, string>();
      for (let from = 0; from < wanted.length; from += NAMES_MAX) {
        const query = { ids: wanted.slice(from, from + NAMES_MAX).join(","), limit: NAMES_MAX };
        for (const { id, username } of (await request(listUsers, { query, signal })).users) names.set(id, username);
      }
      return names;
    },
    enabled: wanted.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  }).data;
}
/** Some accounts whose names hold the text, for staff. */
export function useAccountsNamed(text: string) {
  return useQuery({
    queryKey: [...accountKeys.users, "named", text],
    queryFn: async ({ signal }) => (await request(listUsers, { query: { search: text, limit: 20 }, signal })).users,
    enabled: text !== "",
    staleTime: 60_000,
  });
}

/** The most accounts that one request can name. */
const NAMES_MAX = 200;

/** Changes a user's role or activation; ends that user's sessions. */
export function useUpdateUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, ...body }: { userId: number } & BodyOf<typeof updateUser>) =>
      request(updateUser, { params: { user_id: String(userId) }, body }),
    onSettled: () => client.invalidateQueries({ queryKey: accountKeys.users }),
  });
}
