"use client";
import Link from "next/link";
import { DropdownMenu } from "radix-ui";
import { type ReactNode, type RefObject, useState } from "react";
import { createPortal } from "react-dom";
import { cn } from "./cn";
import type { MenuProps } from "./menu";
import { type MenuItemProps, MenuParts } from "./menu-context";

type MenuLayerProps = Omit<MenuProps, "trigger"> & {
  /** The button that opened the menu. The focus returns to it. */
  anchor: RefObject<HTMLElement | null>;
  onClose: () => void;
};

/** An open menu. In a file of its own, so that pages load its code only when the first menu opens. */
export default function MenuLayer({ anchor, onClose, align = "end", side = "bottom", ...rest }: MenuLayerProps) {
  // Anchor the menu to a position instead of the button: wrapping the button would recreate it and lose the focus.
  const [{ top, left, width, height }] = useState(() => anchor.current?.getBoundingClientRect() ?? new DOMRect());
  return (
    <DropdownMenu.Root open onOpenChange={(open) => !open && onClose()}>
      {/*
       * Render in the body: below a transformed element, such as a row of a virtual list, "fixed" would be relative to
       * that element.
       */}
      {createPortal(
        <DropdownMenu.Trigger asChild>
          <span aria-hidden className="pointer-events-none fixed" style={{ top, left, width, height }} />
        </DropdownMenu.Trigger>,
        document.body,
      )}
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          aria-labelledby={anchor.current?.id}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            anchor.current?.focus();
          }}
          className={cn(
            "z-50 min-w-44 animate-appear rounded-md border border-line bg-panel p-1 shadow-pop outline-none",
            rest.className,
          )}
        >
          <MenuParts value={PARTS}>{rest.children}</MenuParts>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Item({ icon, href, onSelect, tone, disabled, shortcut, children }: MenuItemProps): ReactNode {
  const inside = (
    <>
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {shortcut}
    </>
  );
  return (
    <DropdownMenu.Item
      asChild={href !== undefined}
      onSelect={onSelect}
      disabled={disabled}
      className={cn(
        "flex h-8 cursor-default select-none items-center gap-2 rounded px-2 text-sm outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-raised pointer-coarse:h-10 [&_svg]:size-4 [&_svg]:shrink-0",
        tone === "danger" ? "text-bad [&_svg]:text-bad" : "[&_svg]:text-faint",
      )}
    >
      {href === undefined ? inside : <Link href={href}>{inside}</Link>}
    </DropdownMenu.Item>
  );
}

const PARTS = { Item, Separator: () => <DropdownMenu.Separator className="my-1 h-px bg-line" /> };
