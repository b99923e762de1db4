"use client";
import { Monitor, Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { Button } from "@/app/_ui/button";
import { Menu, MenuItem } from "@/app/_ui/menu";

/**
 * Switches between light, dark and the system's theme. CSS selects the icon, so that the server need not know the
 * theme.
 */
export function ThemeToggle() {
  const { setTheme } = useTheme();
  return (
    <Menu
      trigger={
        <Button variant="ghost" icon aria-label="Theme">
          <Sun className="dark:hidden" />
          <Moon className="hidden dark:block" />
        </Button>
      }
    >
      <MenuItem icon={<Sun />} onSelect={() => setTheme("light")}>
        Light
      </MenuItem>
      <MenuItem icon={<Moon />} onSelect={() => setTheme("dark")}>
        Dark
      </MenuItem>
      <MenuItem icon={<Monitor />} onSelect={() => setTheme("system")}>
        System
      </MenuItem>
    </Menu>
  );
}
