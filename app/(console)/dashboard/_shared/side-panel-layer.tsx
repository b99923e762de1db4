"use client";
import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import { Button } from "@/app/_ui/button";
import type { SidePanelProps } from "./side-panel";

/** An open side panel. In a file of its own, so that lists load its code only when the first panel opens. */
export default function SidePanelLayer({ onClose, title, actions, children }: Omit<SidePanelProps, "open">) {
  return (
    <Dialog.Root open onOpenChange={(next) => !next && onClose()} modal={false}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          // Keep the panel open when another row is clicked: it then shows that row.
          onInteractOutside={(event) => event.preventDefault()}
          className="fixed inset-y-0 right-0 z-30 flex w-full max-w-[560px] animate-appear flex-col border-line border-l bg-panel shadow-pop"
        >
          <div className="flex min-h-12 items-center justify-between gap-3 border-line border-b px-4 py-2">
            <Dialog.Title className="min-w-0 truncate font-semibold text-sm">{title}</Dialog.Title>
            <div className="flex items-center gap-1">
              {actions}
              <Dialog.Close asChild>
                <Button variant="ghost" size="sm" icon aria-label="Close panel">
                  <X />
                </Button>
              </Dialog.Close>
            </div>
          </div>
          <div className="min-h-0 flex-1 space-y-4 overflow-y-auto p-4">{children}</div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
