"use client";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input, Select } from "@/app/_ui/input";
import type { Destination } from "@/lib/operations/transfers/contract";
import { useNewDownload } from "./use-new-download";

const PLACES: Record<Destination, string> = { local: "This server", gdrive: "Google Drive", s3: "S3 bucket" };

/** Asks for an address and starts a download from it. */
export default function DownloadDialog({ onClose }: { onClose: () => void }) {
  const download = useNewDownload(onClose);
  const { form, isTorrent, text, errorOf } = download;
  return (
    <FormDialog
      title="New download"
      description="The server downloads the file in the background. You can leave this page."
      verb="Start download"
      ready={form.url.trim() !== ""}
      busy={download.busy}
      problem={download.problem}
      onSubmit={download.submit}
      onClose={onClose}
    >
      <Field
        label="Address"
        hint={
          isTorrent
            ? "Torrent: downloaded from the people who share it"
            : "Link to a file or .torrent, or a magnet link"
        }
        error={errorOf("url")}
      >
        <Input required autoFocus maxLength={4096} placeholder="https://example.com/file.zip" {...text("url")} />
      </Field>
      <Field label="Destination" error={errorOf("destination")}>
        <Select
          value={form.destination}
          onChange={(event) => download.setDestination(event.target.value as Destination)}
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
          label={form.destination === "gdrive" ? "Folder ID" : "Prefix"}
          hint="Optional"
          error={errorOf("folderId")}
        >
          <Input maxLength={256} {...text("folderId")} />
        </Field>
      )}
      <Field
        label={isTorrent ? "Name" : "File name"}
        hint={`Optional. Default: the name given by the ${isTorrent ? "torrent" : "source"}`}
        error={errorOf("filename")}
      >
        <Input maxLength={255} {...text("filename")} />
      </Field>
      {isTorrent ? null : (
        <Field
          label="Checksum"
          hint="Optional. sha256:, sha1: or md5: followed by the digest. The download fails if the file does not match."
          error={errorOf("checksum")}
        >
          <Input maxLength={80} className="font-mono text-[13px]" {...text("checksum")} />
        </Field>
      )}
    </FormDialog>
  );
}
