"use client";
import { type KeyboardEvent, type ReactNode, use, useId, useRef, useState } from "react";
import { lazyPart } from "@/app/_ui/lazy-part";
import { type MenuItemProps, MenuParts } from "./menu-context";
import { Slot } from "./slot";

export type MenuProps = {
  /** The button that opens the menu; give it an aria-label when it shows only an icon. */
  trigger: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom";
  className?: string;
  children: ReactNode;
};

const Layer = lazyPart(() => import("./menu-layer"));

/** A dropdown menu: arrow keys move, letters jump, Escape closes. */
export function Menu({ trigger, ...content }: MenuProps) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLElement | null>(null);
  const id = useId();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    setOpen(true);
  };
  return (
    <>
      <Slot
        ref={anchor}
        id={id}
        aria-haspopup="menu"
        aria-expanded={open}
        onPointerEnter={Layer.preload}
        onFocus={Layer.preload}
        onClick={() => setOpen(true)}
        onKeyDown={onKeyDown}
      >
        {trigger}
      </Slot>
      {open ? <Layer anchor={anchor} onClose={() => setOpen(false)} {...content} /> : null}
    </>
  );
}

export function MenuItem(props: MenuItemProps) {
  const loaded = use(MenuParts);
  return loaded ? <loaded.Item {...props} /> : null;
}

export function MenuSeparator() {
  const loaded = use(MenuParts);
  return loaded ? <loaded.Separator /> : null;
}
