"use client";
import { Popover } from "radix-ui";
import type { RefObject } from "react";
import Panel from "./panel";

type NewestProps = { anchor: RefObject<HTMLButtonElement | null>; onClose: () => void };

/** The panel below the bell. Its code is loaded on first use. */
export default function NewestNotifications({ anchor, onClose }: NewestProps) {
  return (
    <Popover.Root open onOpenChange={(open) => !open && onClose()}>
      <Popover.Anchor virtualRef={anchor as RefObject<HTMLButtonElement>} />
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Notifications"
          // A click on the bell closes the panel through the bell's own handler. Closing it here as well would make
          // that click open it again.
          onInteractOutside={(event) => anchor.current?.contains(event.target as Node) && event.preventDefault()}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            anchor.current?.focus();
          }}
          className="z-50 w-[min(24rem,calc(100vw-1rem))] animate-appear overflow-hidden rounded-md border border-line bg-panel shadow-pop outline-none"
        >
          <Panel onClose={onClose} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
