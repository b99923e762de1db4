"use client";
import { BookOpen, Keyboard, LogOut, UserRound } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { Kbd } from "@/app/_ui/kbd";
import { Menu, MenuItem, MenuSeparator } from "@/app/_ui/menu";
import { errorToast } from "@/app/_ui/toast";
import { firstGraphemes } from "@/lib/core/format/text";
import type { ConsoleUser } from "./navigation";

/** The signed-in person's menu. */
export function UserMenu({ user, onShortcuts }: { user: ConsoleUser; onShortcuts: () => void }) {
  return (
    <Menu
      className="w-60"
      trigger={
        <Button variant="ghost" icon>
          <span className="sr-only">Signed in as {user.username}</span>
          <span
            aria-hidden
            className="grid size-7 place-items-center rounded-full bg-accent-soft font-semibold text-accent text-xs uppercase"
          >
            {firstGraphemes(user.username, 2)}
          </span>
        </Button>
      }
    >
      <div className="px-2 py-1.5">
        <p className="truncate font-medium">{user.fullname || user.username}</p>
        <p className="truncate text-[13px] text-faint">
          {user.email} · {user.role}
        </p>
      </div>
      <MenuSeparator />
      <MenuItem icon={<UserRound />} href="/account">
        Account
      </MenuItem>
      <MenuItem icon={<BookOpen />} href="/docs">
        Documentation
      </MenuItem>
      <MenuItem icon={<Keyboard />} onSelect={onShortcuts} shortcut={<Kbd>?</Kbd>}>
        Keyboard shortcuts
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        icon={<LogOut />}
        onSelect={() => void import("./sign-out").then((part) => part.signOutHere()).catch(errorToast)}
      >
        Sign out
      </MenuItem>
    </Menu>
  );
}
