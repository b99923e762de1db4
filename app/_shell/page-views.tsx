"use client";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { sendView } from "@/lib/community/analytics/queries";
import { renewThisBrowser } from "@/lib/community/notifications/queries.browser";

/** Counts which parts of the console are used, and keeps this browser's pushes alive. */
export function PageViews() {
  const pathname = usePathname();
  const last = useRef("");
  useEffect(renewThisBrowser, []);
  useEffect(() => {
    if (last.current === pathname) return;
    last.current = pathname;
    sendView(pathname);
  }, [pathname]);
  return null;
}
