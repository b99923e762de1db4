"use client";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Input, Select } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { ApiError, errorText } from "@/lib/client/api";
import type { Destination } from "@/lib/tasks/contract";
import { useStartDownload } from "@/lib/tasks/queries";

const PLACES: Record<Destination, string> = { local: "This server", gdrive: "Google Drive", s3: "S3 bucket" };
const EMPTY = { url: "", destination: "local" as Destination, folderId: "", filename: "", checksum: "" };

export function DownloadDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const start = useStartDownload();
  const [form, setForm] = useState(EMPTY);
  const change = (next: boolean) => {
    if (!next) {
      setForm(EMPTY);
      start.reset();
    }
    onOpenChange(next);
  };
  const { error } = start;
  const wrong = error instanceof ApiError ? error.field : undefined;
  const about = (field: keyof typeof EMPTY) => (error && wrong === field ? errorText(error) : undefined);
  const isTorrent = /^magnet:|\.torrent(?:[?#]|$)/i.test(form.url.trim());
  const text = (field: Exclude<keyof typeof EMPTY, "destination">) => ({
    value: form[field],
    spellCheck: false,
    autoCapitalize: "none",
    onChange: (event: { target: { value: string } }) => setForm({ ...form, [field]: event.target.value }),
  });
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title="New download"
      description="The server fetches it in the background. You need not stay."
      footer={
        <>
          <Button onClick={() => change(false)}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form="new-download"
            loading={start.isPending}
            disabled={form.url.trim() === ""}
          >
            Start download
          </Button>
        </>
      }
    >
      <form
        id="new-download"
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          const { url, destination, checksum, ...rest } = form;
          const more = { ...rest, checksum: isTorrent ? "" : checksum };
          const given = Object.fromEntries(Object.entries(more).filter(([, value]) => value.trim() !== ""));
          start.mutate(
            { url, destination, ...given },
            {
              onSuccess: () => {
                toast.success("The download has started");
                change(false);
              },
            },
          );
        }}
      >
        <Field
          label="Address"
          hint={isTorrent ? "A torrent: it comes from whoever shares it" : "Of a file, a .torrent, or a magnet link"}
          error={about("url")}
        >
          <Input required autoFocus maxLength={4096} placeholder="https://example.com/file.zip" {...text("url")} />
        </Field>
        <Field label="Destination" error={about("destination")}>
          <Select
            value={form.destination}
            onChange={(event) => setForm({ ...form, destination: event.target.value as Destination })}
          >
            {Object.entries(PLACES).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
        {form.destination === "local" ? null : (
          <Field
            label={form.destination === "gdrive" ? "Folder id" : "Prefix"}
            hint="Optional"
            error={about("folderId")}
          >
            <Input maxLength={256} {...text("folderId")} />
          </Field>
        )}
        <Field
          label={isTorrent ? "Name" : "File name"}
          hint={`Optional; otherwise as the ${isTorrent ? "torrent" : "other server"} calls it`}
          error={about("filename")}
        >
          <Input maxLength={255} {...text("filename")} />
        </Field>
        {isTorrent ? null : (
          <Field
            label="Checksum"
            hint="Optional: sha256:, sha1: or md5: and the digest; a file that differs fails"
            error={about("checksum")}
          >
            <Input maxLength={80} className="font-mono text-[13px]" {...text("checksum")} />
          </Field>
        )}
        {error && !(wrong && wrong in EMPTY) ? (
          <p role="alert" className="text-[13px] text-bad">
            {errorText(error)}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}
