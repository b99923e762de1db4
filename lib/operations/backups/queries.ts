"use client";
/**
 * TanStack Query hooks of backups, for admins. Progress comes over the live socket; it is fetched too, because a
 * restore closes the socket.
 */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { z } from "zod";
import {
  createBackup,
  deleteBackup,
  listBackups,
  putBackupSchedule,
  restoreBackup,
  uploadBackup,
  verifyBackup,
} from "@/generated/calls/operations/backups";
import { type ResponseOf, request } from "@/lib/client/api";
import { useLine } from "@/lib/client/live";
import { upload } from "@/lib/client/upload";
import type { BACKUP_EVENT, BackupList, BackupUpdate, Schedule } from "./contract";

const KEY = ["backups"] as const;
const EVENT: typeof BACKUP_EVENT = "backup_update";
const IDLE_MS = 10_000;
const BUSY_MS = 3_000;

export function useBackups(initialData: BackupList) {
  const client = useQueryClient();
  const line = useLine();
  useEffect(
    () =>
      line.hear(EVENT, (raw) => {
        const { current } = raw as z.infer<typeof BackupUpdate>;
        client.setQueryData<BackupList>(KEY, (list) => list && { ...list, current });
        if (!current) void client.invalidateQueries({ queryKey: KEY });
      }),
    [client, line],
  );
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => request(listBackups, { signal }),
    refetchInterval: ({ state }) => (state.data?.current ? BUSY_MS : IDLE_MS),
    initialData,
  });
}

/** Whether the server has a backup. */
export const useHasBackup = ({ enabled }: { enabled: boolean }) =>
  useQuery({
    queryKey: [...KEY, "any"],
    queryFn: ({ signal }) => request(listBackups, { signal }),
    select: ({ backups }) => backups.length > 0,
    staleTime: 60_000,
    enabled,
  });

/** Fetches the list again when a change begins, to show its progress, and when it has ended. */
function useChange<In, Out>(mutationFn: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  const again = () => void client.invalidateQueries({ queryKey: KEY });
  return useMutation({ mutationFn, onMutate: () => void setTimeout(again, 300), onSettled: again });
}

export const useCreateBackup = () =>
  useChange((body: { description: string; backupName: string; include_downloads: boolean }) =>
    request(createBackup, { body }),
  );

export const useVerifyBackup = () => useChange((filename: string) => request(verifyBackup, { params: { filename } }));

export const useDeleteBackup = () => useChange((filename: string) => request(deleteBackup, { params: { filename } }));

export const useUploadBackup = () =>
  useChange(async ({ file, onProgress }: { file: File; onProgress: (share: number) => void }) => {
    const form = new FormData();
    form.append("file", file);
    return (await upload(uploadBackup.path, form, { onProgress })) as ResponseOf<typeof uploadBackup>;
  });

/** Restores a backup, and then fetches everything again, because all cached data is from before the restore. */
export function useRestoreBackup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (filename: string) =>
      request(restoreBackup, {
        params: { filename },
        body: { confirm: filename },
      }),
    onSuccess: () => client.invalidateQueries(),
  });
}

export const usePutBackupSchedule = () =>
  useChange(({ body, version }: { body: Schedule; version?: number }) => request(putBackupSchedule, { body, version }));
