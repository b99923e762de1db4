"use client";
import { useState } from "react";
import { toast } from "@/app/_ui/toast";
import { ApiError, errorText } from "@/lib/client/api";
import type { Destination } from "@/lib/operations/transfers/contract";
import { useStartDownload } from "@/lib/operations/transfers/queries";

const EMPTY = { url: "", destination: "local" as Destination, folderId: "", filename: "", checksum: "" };
type FieldName = keyof typeof EMPTY;

/** The download that the dialog starts. A torrent needs no checksum, because each of its pieces is verified anyway. */
export function useNewDownload(onStarted: () => void) {
  const start = useStartDownload();
  const [form, setForm] = useState(EMPTY);
  const { error } = start;
  const wrong = error instanceof ApiError ? error.field : undefined;
  const isTorrent = /^magnet:|\.torrent(?:[?#]|$)/i.test(form.url.trim());
  return {
    form,
    isTorrent,
    busy: start.isPending,
    /** An error that no field shows. */
    problem: wrong && wrong in EMPTY ? undefined : error,
    errorOf: (field: FieldName) => (error && wrong === field ? errorText(error) : undefined),
    setDestination: (destination: Destination) => setForm({ ...form, destination }),
    /** Props of the text field that is tied to `field`. */
    text: (field: Exclude<FieldName, "destination">) => ({
      value: form[field],
      spellCheck: false,
      autoCapitalize: "none",
      onChange: (event: { target: { value: string } }) => setForm({ ...form, [field]: event.target.value }),
    }),
    submit: () => {
      const { url, destination, checksum, ...rest } = form;
      const more = { ...rest, checksum: isTorrent ? "" : checksum };
      const given = Object.fromEntries(Object.entries(more).filter(([, value]) => value.trim() !== ""));
      start.mutate(
        { url, destination, ...given },
        {
          onSuccess: () => {
            toast.success("Download started");
            onStarted();
          },
        },
      );
    },
  };
}
