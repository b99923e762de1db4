"use client";
import { Download, RotateCcw, ShieldCheck, Trash2 } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { FullTime } from "@/app/_ui/time-format";
import { errorToast, toast } from "@/app/_ui/toast";
import { downloadBackup } from "@/generated/calls/operations/backups";
import { apiPath, download } from "@/lib/client/api";
import type { Backup } from "@/lib/operations/backups/contract";
import { useDeleteBackup, useRestoreBackup, useVerifyBackup } from "@/lib/operations/backups/queries";

/** Verify, download, restore and delete one backup. */
export function BackupActions({ backup, busy }: { backup: Backup; busy: boolean }) {
  const { filename, timestamp } = backup;
  const verify = useVerifyBackup();
  const restore = useRestoreBackup();
  const remove = useDeleteBackup();
  return (
    <div className="flex flex-wrap gap-2">
      <Button
        size="sm"
        loading={verify.isPending}
        disabled={busy}
        aria-label={`Verify ${filename}`}
        title="Checks that the file is complete and that this server can restore it"
        onClick={() =>
          verify.mutate(filename, {
            onSuccess: ({ ok, message, warnings }) =>
              ok
                ? toast.success([message, ...warnings].join(". "))
                : toast.error(`This backup cannot be restored: ${message}`, { duration: 10_000 }),
            onError: (error) => errorToast(error),
          })
        }
      >
        <ShieldCheck />
        Verify
      </Button>
      <DownloadButton filename={filename} />
      <ConfirmDialog
        trigger={
          <Button size="sm" disabled={busy} aria-label={`Restore ${filename}`}>
            <RotateCcw />
            Restore
          </Button>
        }
        title="Restore backup"
        consequence={
          <>
            Restores all data to its state on <FullTime at={timestamp} />. Everything stored since then is removed, and
            people who signed in since then must sign in again. Muster backs up the current state first, so you can undo
            this. The server pauses for a few seconds.
          </>
        }
        verb="Restore backup"
        typeToConfirm={filename}
        onConfirm={async () => {
          const { safety_backup, warnings } = await restore.mutateAsync(filename);
          toast.success(
            safety_backup
              ? `Backup restored. The previous state is saved as ${safety_backup}.`
              : "Backup restored. The previous state was not saved.",
            { duration: 10_000 },
          );
          for (const warning of warnings) toast.warning(warning, { duration: 15_000 });
        }}
      />
      <ConfirmDialog
        trigger={
          <Button size="sm" variant="ghost" icon disabled={busy} aria-label={`Delete ${filename}`}>
            <Trash2 />
          </Button>
        }
        title="Delete backup"
        consequence={`Deletes ${filename}. You cannot undo this.`}
        verb="Delete backup"
        onConfirm={async () => {
          await remove.mutateAsync(filename);
          toast.success("Backup deleted");
        }}
      />
    </div>
  );
}

function DownloadButton({ filename }: { filename: string }) {
  const path = apiPath(downloadBackup, { filename });
  return (
    <Button size="sm" asChild>
      <a
        href={path}
        download
        aria-label={`Download ${filename}`}
        onClick={(event) => {
          event.preventDefault();
          void download(path).catch(errorToast);
        }}
      >
        <Download />
        Download
      </a>
    </Button>
  );
}
