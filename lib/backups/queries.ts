"use client";
/** TanStack Query hooks of backups; for admins. Read every second while something is under way. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { request } from "@/lib/client/api";
import { upload } from "@/lib/client/upload";
import {
  type BackupList,
  createBackup,
  deleteBackup,
  listBackups,
  putBackupSchedule,
  restoreBackup,
  type Schedule,
  uploadBackup,
  verifyBackup,
} from "./contract";

const KEY = ["backups"] as const;
const IDLE_MS = 10_000;
const BUSY_MS = 1_000;

export function useBackups(initialData: BackupList) {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => request(listBackups, "GET /api/backups", { signal }),
    refetchInterval: ({ state }) => (state.data?.current ? BUSY_MS : IDLE_MS),
    initialData,
  });
}

/** The list is read again when a change begins, for its progress, and when it has ended. */
function useChange<In, Out>(mutationFn: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  const again = () => void client.invalidateQueries({ queryKey: KEY });
  return useMutation({ mutationFn, onMutate: () => void setTimeout(again, 300), onSettled: again });
}

export const useCreateBackup = () =>
  useChange((body: { description: string; backupName: string }) =>
    request(createBackup, "POST /api/backups", { body }),
  );

export const useVerifyBackup = () =>
  useChange((filename: string) =>
    request(verifyBackup, "POST /api/backups/{filename}/verify", { params: { filename } }),
  );

export const useDeleteBackup = () =>
  useChange((filename: string) => request(deleteBackup, "DELETE /api/backups/{filename}", { params: { filename } }));

export const useUploadBackup = () =>
  useChange(async ({ file, onProgress }: { file: File; onProgress: (share: number) => void }) => {
    const form = new FormData();
    form.append("file", file);
    return uploadBackup.response.parse(await upload("/api/backups/upload", form, { onProgress }));
  });

/** Whatever any page knows is of before a restore: all of it is read again. */
export function useRestoreBackup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (filename: string) =>
      request(restoreBackup, "POST /api/backups/{filename}/restore", {
        params: { filename },
        body: { confirm: filename },
      }),
    onSuccess: () => client.invalidateQueries(),
  });
}

export const usePutBackupSchedule = () =>
  useChange((body: Schedule) => request(putBackupSchedule, "PUT /api/backups/schedule", { body }));
