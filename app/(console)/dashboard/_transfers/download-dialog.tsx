"use client";
import { useState } from "react";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input, Select } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { ApiError, errorText } from "@/lib/client/api";
import type { Destination } from "@/lib/operations/transfers/contract";
import { useStartDownload } from "@/lib/operations/transfers/queries";

const PLACES: Record<Destination, string> = { local: "This server", gdrive: "Google Drive", s3: "S3 bucket" };
const EMPTY = { url: "", destination: "local" as Destination, folderId: "", filename: "", checksum: "" };

/** An address in, a transfer on its way out. */
export default function DownloadDialog({ onClose }: { onClose: () => void }) {
  const start = useStartDownload();
  const [form, setForm] = useState(EMPTY);
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
  const submit = () => {
    const { url, destination, checksum, ...rest } = form;
    const more = { ...rest, checksum: isTorrent ? "" : checksum };
    const given = Object.fromEntries(Object.entries(more).filter(([, value]) => value.trim() !== ""));
    start.mutate(
      { url, destination, ...given },
      {
        onSuccess: () => {
          toast.success("Download started");
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title="New download"
      description="The server downloads the file in the background. You can leave this page."
      verb="Start download"
      ready={form.url.trim() !== ""}
      busy={start.isPending}
      problem={wrong && wrong in EMPTY ? undefined : error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field
        label="Address"
        hint={
          isTorrent
            ? "Torrent: downloaded from the people who share it"
            : "Link to a file or .torrent, or a magnet link"
        }
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
        <Field label={form.destination === "gdrive" ? "Folder ID" : "Prefix"} hint="Optional" error={about("folderId")}>
          <Input maxLength={256} {...text("folderId")} />
        </Field>
      )}
      <Field
        label={isTorrent ? "Name" : "File name"}
        hint={`Optional. Default: the name given by the ${isTorrent ? "torrent" : "source"}`}
        error={about("filename")}
      >
        <Input maxLength={255} {...text("filename")} />
      </Field>
      {isTorrent ? null : (
        <Field
          label="Checksum"
          hint="Optional. sha256:, sha1: or md5: followed by the digest. The download fails if the file does not match."
          error={about("checksum")}
        >
          <Input maxLength={80} className="font-mono text-[13px]" {...text("checksum")} />
        </Field>
      )}
    </FormDialog>
  );
}
