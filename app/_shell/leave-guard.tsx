"use client";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { guards } from "./leave";

/** Put beside a form: while `dirty`, leaving the page (a link, the palette, closing the tab) asks first. */
export function LeaveGuard({ dirty }: { dirty: boolean }) {
  const router = useRouter();
  const [pending, setPending] = useState<(() => void) | null>(null);
  useEffect(() => {
    if (!dirty) return;
    const ask = (go: () => void) => setPending(() => go);
    guards.add(ask);
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (!(link instanceof HTMLAnchorElement) || link.target === "_blank" || link.origin !== location.origin) return;
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      if (link.pathname === location.pathname && link.search === location.search) return;
      event.preventDefault();
      // One question is enough, so stop the guards of other forms.
      event.stopImmediatePropagation();
      setPending(() => () => router.push(link.pathname + link.search + link.hash));
    };
    window.addEventListener("beforeunload", onUnload);
    document.addEventListener("click", onClick, true);
    return () => {
      guards.delete(ask);
      window.removeEventListener("beforeunload", onUnload);
      document.removeEventListener("click", onClick, true);
    };
  }, [dirty, router]);
  return (
    <ConfirmDialog
      open={pending !== null}
      onOpenChange={(open) => !open && setPending(null)}
      title="Unsaved changes"
      consequence="If you leave this page, your unsaved changes are lost."
      verb="Discard changes"
      onConfirm={() => pending?.()}
    />
  );
}
