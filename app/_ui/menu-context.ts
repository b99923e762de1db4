"use client";
import { type ComponentType, createContext, type ReactNode } from "react";

export type MenuItemProps = {
  icon?: ReactNode;
  /** The page that the item opens. Without it the item is an action. */
  href?: string;
  onSelect?: (event: Event) => void;
  tone?: "danger";
  disabled?: boolean;
  shortcut?: ReactNode;
  children: ReactNode;
};

/** The components that draw a menu's items; available only inside an open menu. */
export const MenuParts = createContext<{ Item: ComponentType<MenuItemProps>; Separator: ComponentType } | null>(null);
