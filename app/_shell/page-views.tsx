"use client";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";

/** Counts which features of the console are used, and keeps this browser's service worker and push subscription. */
export function PageViews() {
  const pathname = usePathname();
  const last = useRef("");
  useEffect(() => {
    if (last.current === pathname) return;
    last.current = pathname;
    // No part of the page waits for this, so its code follows that of the page.
    void import("./visit").then(({ noteVisit }) => noteVisit(pathname)).catch(() => undefined);
  }, [pathname]);
  return null;
}
