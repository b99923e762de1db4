"use client";
import { Upload } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "@/app/_ui/button";
import { errorToast, toast } from "@/app/_ui/toast";
import { useUploadBackup } from "@/lib/operations/backups/queries";

/** Uploads a backup from another server. The server keeps it only after it has verified the whole file. */
export function UploadButton({ disabled }: { disabled: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const [share, setShare] = useState(0);
  const send = useUploadBackup();
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".gz,application/gzip"
        className="sr-only"
        tabIndex={-1}
        aria-label="Backup file"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (!file) return;
          setShare(0);
          send.mutate(
            { file, onProgress: setShare },
            {
              onSuccess: ({ backup }) => toast.success(`${backup.filename} uploaded and verified`),
              onError: (error) => errorToast(error),
            },
          );
        }}
      />
      <Button loading={send.isPending} disabled={disabled && !send.isPending} onClick={() => input.current?.click()}>
        <Upload />
        {send.isPending ? (share < 1 ? `Uploading ${Math.round(share * 100)}%` : "Verifying") : "Upload backup"}
      </Button>
    </>
  );
}
