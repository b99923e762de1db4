"use client";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { sendView } from "@/lib/community/analytics/queries";
import { renewThisBrowser } from "@/lib/community/notifications/queries.browser";

/** Counts which features of the console are used, and renews this browser's push subscription. */
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
