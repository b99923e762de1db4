"use client";
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useRef } from "react";
import { Button } from "./button";
import { cn } from "./cn";
import type { DialogProps } from "./dialog";

/**
 * Puts the focus on the first field, or on the first (harmless) button of the footer, but never on the close button.
 */
function focusFirst(event: Event) {
  const content = event.currentTarget as HTMLElement | null;
  const target = content?.querySelector<HTMLElement>(
    "input:not([type=hidden]):not(:disabled), textarea:not(:disabled), select:not(:disabled), [contenteditable=true], footer button:not(:disabled)",
  );
  if (!target) return;
  event.preventDefault();
  target.focus();
}

/** An open dialog. In a file of its own, so that pages load its code only when the first dialog opens. */
export default function DialogLayer(props: Omit<DialogProps, "open" | "trigger">) {
  const { onOpenChange, title, description, footer, className, children } = props;
  const opener = useRef<Element | null>(null);
  return (
    <Radix.Root open onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-black/45" />
        <Radix.Content
          onOpenAutoFocus={(event) => {
            opener.current = document.activeElement;
            focusFirst(event);
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (opener.current instanceof HTMLElement) opener.current.focus();
          }}
          onEscapeKeyDown={(event) => {
            // If the list of a field inside is open, Escape closes that list first.
            if (document.activeElement?.matches('[role="combobox"][aria-expanded="true"]')) event.preventDefault();
          }}
          {...(description ? {} : { "aria-describedby": undefined })}
          className={cn(
            "fixed top-[8vh] left-1/2 z-50 flex max-h-[84vh] w-[calc(100vw-1.5rem)] ui:max-w-lg -translate-x-1/2 animate-appear flex-col rounded-md border border-line bg-panel shadow-pop",
            className,
          )}
        >
          <header className="flex items-start justify-between gap-3 border-line border-b px-4 py-3">
            <div className="min-w-0">
              <Radix.Title className="font-semibold text-base">{title}</Radix.Title>
              {description ? (
                <Radix.Description className="mt-0.5 text-[13px] text-muted">{description}</Radix.Description>
              ) : null}
            </div>
            <Radix.Close asChild>
              <Button variant="ghost" size="sm" icon aria-label="Close">
                <X />
              </Button>
            </Radix.Close>
          </header>
          {children ? <div className="min-h-0 flex-1 overflow-y-auto p-4">{children}</div> : null}
          {footer ? (
            <footer className="flex flex-wrap justify-end gap-2 border-line border-t px-4 py-3">{footer}</footer>
          ) : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
