"use client";
import { useEffect } from "react";
import { useLiveStatus } from "@/lib/client/live";
import { isTrouble, useFleet } from "./fleet";
import trouble from "./icon-trouble.svg";

/** Shows a warning sign in the tab's icon while a bot is down or the live connection is lost. */
export function Favicon() {
  const live = useLiveStatus();
  const { bots } = useFleet();
  const bad = live.status === "offline" || Boolean(bots?.some(isTrouble));
  useEffect(() => {
    if (!bad) return;
    // Change every icon link, because browsers differ in which of several they show. Pages opened later add their own
    // links again.
    const mark = () => {
      for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel~="icon"]')) {
        if (link.getAttribute("href") === trouble.src) continue;
        link.dataset.calm = link.href;
        link.href = trouble.src;
      }
    };
    mark();
    const observer = new MutationObserver(mark);
    observer.observe(document.head, { childList: true });
    return () => {
      observer.disconnect();
      for (const link of document.querySelectorAll<HTMLLinkElement>("link[data-calm]")) {
        link.href = link.dataset.calm ?? link.href;
        delete link.dataset.calm;
      }
    };
  }, [bad]);
  return null;
}
