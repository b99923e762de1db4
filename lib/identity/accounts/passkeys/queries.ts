"use client";
/** TanStack Query hooks of passkeys. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { listPasskeys, removePasskey, renamePasskey } from "@/generated/calls/identity/accounts/passkeys";
import { request } from "@/lib/client/api";
import { createPasskey } from "@/lib/client/passkeys";
import { factorsChanged, SECOND_FACTOR } from "@/lib/identity/accounts/second-factor/queries";

const KEY = ["accounts", "passkeys"] as const;

export function usePasskeys() {
  return useQuery({ queryKey: KEY, queryFn: ({ signal }) => request(listPasskeys, { signal }) });
}

/** Reads the list again, and the state of the second factor, which passkeys are part of. */
function useRefresh() {
  const client = useQueryClient();
  return () => Promise.all([KEY, SECOND_FACTOR].map((queryKey) => client.invalidateQueries({ queryKey, exact: true })));
}

/** As `useRefresh`, after a change of the ways to sign in. */
function useChange() {
  const refresh = useRefresh();
  return () => {
    factorsChanged.set(true);
    return refresh();
  };
}

/** Adds a passkey of this device. Recovery codes in the reply are never kept in a cache. */
export function useAddPasskey() {
  const onSuccess = useChange();
  return useMutation({ mutationFn: createPasskey, gcTime: 0, onSuccess });
}

export function useRenamePasskey(passkey_id: string) {
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: (body: { name: string }) => request(renamePasskey, { params: { passkey_id }, body }),
    onSuccess,
  });
}

export function useRemovePasskey(passkey_id: string) {
  const onSuccess = useChange();
  return useMutation({ mutationFn: () => request(removePasskey, { params: { passkey_id } }), onSuccess });
}
