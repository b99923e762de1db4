"use client";
import { Popover } from "radix-ui";
import type { RefObject } from "react";
import Panel from "./panel";

type NewestProps = { anchor: RefObject<HTMLButtonElement | null>; onClose: () => void };

/** The panel that the bell opens; its code is fetched on first use. */
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
          // A click on the bell closes it by itself: closed here, it would open again at once.
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
