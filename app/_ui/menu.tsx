"use client";
import Link from "next/link";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn";

type MenuProps = {
  /** The button that opens the menu; give it an aria-label when it shows only an icon. */
  trigger: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom";
  className?: string;
  children: ReactNode;
};

/** A dropdown menu: arrow keys move, letters jump, Escape closes. */
export function Menu({ trigger, align = "end", side = "bottom", className, children }: MenuProps) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={cn(
            "z-50 min-w-44 animate-appear rounded-md border border-line bg-panel p-1 shadow-pop outline-none",
            className,
          )}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

type MenuItemProps = {
  icon?: ReactNode;
  /** A page to go to; without it the item is an action. */
  href?: string;
  onSelect?: (event: Event) => void;
  tone?: "danger";
  disabled?: boolean;
  shortcut?: ReactNode;
  children: ReactNode;
};

export function MenuItem({ icon, href, onSelect, tone, disabled, shortcut, children }: MenuItemProps) {
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
        "flex h-8 cursor-default select-none items-center gap-2 rounded px-2 text-sm outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-raised [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-faint",
        tone === "danger" && "text-bad [&_svg]:text-bad",
      )}
    >
      {href === undefined ? inside : <Link href={href}>{inside}</Link>}
    </DropdownMenu.Item>
  );
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
}
