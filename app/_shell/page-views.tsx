"use client";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { sendView } from "@/lib/analytics/queries";

/** Counts which parts of the console are used. */
export function PageViews() {
  const pathname = usePathname();
  const last = useRef("");
  useEffect(() => {
    if (last.current === pathname) return;
    last.current = pathname;
    sendView(pathname);
  }, [pathname]);
  return null;
}
