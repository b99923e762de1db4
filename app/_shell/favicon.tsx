"use client";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { useLiveStatus } from "@/lib/client/live";
import { isTrouble, useFleet } from "./fleet";
import trouble from "./icon-trouble.svg";

/** Turns the tab's icon into one with a warning sign while a bot is down or the live connection is lost. */
export function Favicon() {
  const live = useLiveStatus();
  const { bots } = useFleet();
  const pathname = usePathname();
  const bad = live.status === "offline" || Boolean(bots?.some(isTrouble));
  const original = useRef<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: navigation may put the page's own icon link back
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel~="icon"]');
    if (!link) return;
    if (link.href !== new URL(trouble.src, location.href).href) original.current = link.href;
    const wanted = bad ? trouble.src : original.current;
    if (wanted && link.getAttribute("href") !== wanted) link.href = wanted;
  }, [bad, pathname]);
  return null;
}
