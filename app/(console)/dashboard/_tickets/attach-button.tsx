"use client";
import { Paperclip } from "lucide-react";
import { useRef } from "react";
import { Button } from "@/app/_ui/button";

/** Opens the browser's file dialog. `accept` lists the content types that the server accepts. */
export function AttachButton({ accept, onFiles }: { accept: readonly string[]; onFiles: (files: File[]) => void }) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={picker}
        type="file"
        multiple
        accept={accept.join()}
        className="hidden"
        aria-label="Files to attach"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // Clear the input: browsers send no change event when the same file is chosen again.
          event.target.value = "";
        }}
      />
      <Button
        variant="ghost"
        icon
        aria-label="Attach files"
        title="Attach files"
        onClick={() => picker.current?.click()}
      >
        <Paperclip />
      </Button>
    </>
  );
}
