"use client";
import { useMemo, useState } from "react";
import type { Feature } from "@/lib/core/settings/contract";
import { type ConsoleUser, navigationFor } from "./navigation";

/** The reader's pages. `showBots` adds those that need a bot, once the reader's first one exists. */
export function useNavigation(user: ConsoleUser, off: readonly Feature[]) {
  const [hasBots, setHasBots] = useState(user.has_bots);
  const navigation = useMemo(
    () => navigationFor({ role: user.role, has_bots: hasBots }, off),
    [user.role, hasBots, off],
  );
  return { navigation, hasBots, showBots: () => setHasBots(true) };
}
