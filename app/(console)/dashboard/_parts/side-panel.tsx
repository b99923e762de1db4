"use client";
import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "@/app/_ui/button";

/** Details beside a list: slides over its right edge, the whole width on phones. Escape closes; focus returns. */
export function SidePanel({
  open,
  onClose,
  title,
  actions,
  children,
}: {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()} modal={false}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          // A click on another row moves on to that row; the panel stays for it.
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

/** One line of a panel: a name and its value. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex min-h-7 items-baseline gap-3 text-sm">
      <dt className="w-28 shrink-0 text-muted">{label}</dt>
      <dd className="min-w-0 flex-1 break-words">{children}</dd>
    </div>
  );
}
