"use client";
import { Download, FileText, RotateCw, X } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { Dialog } from "@/app/_ui/dialog";
import type { Attachment } from "@/lib/community/tickets/contract";
import type { PendingFile } from "@/lib/community/tickets/conversation/queries.outbox";
import { sizeText } from "@/lib/core/format/units";

/** Files of a message: images in a box of fixed height (so that nothing moves when they arrive), the rest as downloads. */
export function Attachments({ files }: { files: readonly Attachment[] }) {
  const [open, setOpen] = useState<Attachment | null>(null);
  const images = files.filter((file) => file.inline);
  const others = files.filter((file) => !file.inline);
  return (
    <>
      {images.length > 0 ? (
        <div className="flex flex-wrap gap-1.5">
          {images.map((file) => (
            <button
              key={file.id}
              type="button"
              aria-label={`Show ${file.name}`}
              title={`${file.name} · ${sizeText(file.size)}`}
              onClick={() => setOpen(file)}
              className="h-36 max-w-full overflow-hidden rounded-md border border-line bg-raised"
            >
              {/* biome-ignore lint/performance/noImgElement: files of a ticket ask for rights; the optimizer has none */}
              <img
                src={`${file.url}?inline=true`}
                alt={file.name}
                loading="lazy"
                className="h-full min-w-24 max-w-full object-cover"
              />
            </button>
          ))}
        </div>
      ) : null}
      {others.map((file) => (
        <a
          key={file.id}
          href={file.url}
          download={file.name}
          className="flex w-fit max-w-full items-center gap-2 rounded-md border border-line bg-panel px-2.5 py-1.5 text-[13px] text-text hover:bg-raised"
        >
          <FileText className="size-4 shrink-0 text-faint" aria-hidden />
          <span className="min-w-0 truncate font-medium">{file.name}</span>
          <span className="tnum shrink-0 text-faint">{sizeText(file.size)}</span>
          <Download className="size-4 shrink-0 text-faint" aria-hidden />
        </a>
      ))}
      <Dialog
        open={open !== null}
        onOpenChange={(next) => !next && setOpen(null)}
        title={open?.name ?? ""}
        description={open ? `${open.content_type} · ${sizeText(open.size)}` : undefined}
        className="max-w-4xl"
        footer={
          open ? (
            <Button asChild variant="primary">
              <a href={open.url} download={open.name}>
                <Download aria-hidden /> Download
              </a>
            </Button>
          ) : null
        }
      >
        {open ? (
          // biome-ignore lint/performance/noImgElement: as above
          <img src={`${open.url}?inline=true`} alt={open.name} className="mx-auto max-h-[64vh] max-w-full" />
        ) : null}
      </Dialog>
    </>
  );
}

type PendingFilesProps = {
  files: readonly PendingFile[];
  onRemove: (file: PendingFile) => void;
  onRetry: (file: PendingFile) => void;
};

/** Files chosen for the next message, with the progress of their upload. */
export function PendingFiles({ files, onRemove, onRetry }: PendingFilesProps) {
  if (files.length === 0) return null;
  return (
    <ul aria-label="Files to upload" className="flex max-h-40 flex-wrap gap-2 overflow-y-auto px-3 pt-2">
      {files.map((one) => (
        <li
          key={one.key}
          className={cn(
            "relative flex items-center gap-2 overflow-hidden rounded-md border bg-panel p-1.5 pr-1",
            one.error ? "w-full border-bad" : "w-56 border-line",
          )}
        >
          <Preview file={one.file} />
          <div className="min-w-0 flex-1">
            <p className="truncate text-[13px]">{one.file.name}</p>
            <p className={cn("text-xs", one.error ? "text-bad" : "tnum truncate text-faint")}>
              {one.error ??
                (one.attachment
                  ? sizeText(one.file.size)
                  : `${Math.round(one.progress * 100)} % of ${sizeText(one.file.size)}`)}
            </p>
          </div>
          {one.error && one.file.size > 0 ? (
            <Button
              variant="ghost"
              size="sm"
              icon
              aria-label={`Try ${one.file.name} again`}
              onClick={() => onRetry(one)}
            >
              <RotateCw />
            </Button>
          ) : null}
          <Button variant="ghost" size="sm" icon aria-label={`Remove ${one.file.name}`} onClick={() => onRemove(one)}>
            <X />
          </Button>
          {!one.attachment && !one.error ? (
            <span
              role="progressbar"
              aria-label={`Uploading ${one.file.name}`}
              aria-valuenow={Math.round(one.progress * 100)}
              aria-valuemin={0}
              aria-valuemax={100}
              className="absolute bottom-0 left-0 h-0.5 bg-accent transition-[width] duration-100"
              style={{ width: `${one.progress * 100}%` }}
            />
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function Preview({ file }: { file: File }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    // Preview only types that browsers show purely as an image; an SVG may contain scripts.
    if (!/^image\/(png|jpeg|gif|webp|avif)$/.test(file.type)) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url ? (
    // biome-ignore lint/performance/noImgElement: a picture of this computer
    <img src={url} alt="" className="size-9 shrink-0 rounded object-cover" />
  ) : (
    <span className="grid size-9 shrink-0 place-items-center rounded bg-raised">
      <FileText className="size-4 text-faint" aria-hidden />
    </span>
  );
}
