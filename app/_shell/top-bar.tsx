"use client";
import { Menu as MenuIcon, Search } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { Kbd } from "@/app/_ui/kbd";
import { Mark } from "@/app/_ui/mark";
import { Bell } from "./bell";
import type { ConsoleUser } from "./navigation";
import { ThemeToggle } from "./theme-toggle";
import { UserMenu } from "./user-menu";

type TopBarProps = {
  user: ConsoleUser;
  isDrawerOpen: boolean;
  onDrawer: () => void;
  onPalette: () => void;
  /** Called when the pointer approaches the search button, to load the palette's code ahead. */
  onPalettePreload: () => void;
  onShortcuts: () => void;
};

/** The bar above every page: search, notifications, theme and the person's menu. */
export function TopBar({ user, isDrawerOpen, onDrawer, onPalette, onPalettePreload, onShortcuts }: TopBarProps) {
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-2 border-line border-b bg-panel px-3 sm:px-4">
      <Button
        variant="ghost"
        icon
        className="lg:hidden"
        aria-label="Open navigation"
        aria-haspopup="dialog"
        aria-expanded={isDrawerOpen}
        onClick={onDrawer}
      >
        <MenuIcon />
      </Button>
      <Mark className="size-6 lg:hidden" />
      <button
        type="button"
        onClick={onPalette}
        onPointerEnter={onPalettePreload}
        onFocus={onPalettePreload}
        className="flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md border border-line bg-bg px-2.5 text-left text-faint hover:border-line-strong sm:max-w-80"
      >
        <Search className="size-4 shrink-0" aria-hidden />
        <span className="min-w-0 flex-1 truncate">Search or go to…</span>
        <Kbd aria-hidden className="hidden sm:inline-flex">
          Ctrl K
        </Kbd>
      </button>
      <div className="ml-auto flex items-center gap-1">
        <Bell />
        <ThemeToggle />
        <UserMenu user={user} onShortcuts={onShortcuts} />
      </div>
    </header>
  );
}
