"use client";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { keepWorker } from "@/lib/client/worker";
import { sendView } from "@/lib/community/analytics/queries";
import { renewThisBrowser } from "@/lib/community/notifications/queries.browser";

/** Counts which features of the console are used, and keeps this browser's service worker and push subscription. */
export function PageViews() {
  const pathname = usePathname();
  const last = useRef("");
  useEffect(keepWorker, []);
  useEffect(renewThisBrowser, []);
  useEffect(() => {
    if (last.current === pathname) return;
    last.current = pathname;
    sendView(pathname);
  }, [pathname]);
  return null;
}
