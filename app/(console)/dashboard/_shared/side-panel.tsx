"use client";
import type { ReactNode } from "react";
import { lazyPart } from "@/app/_ui/lazy-part";
import { useHydrated } from "@/app/_ui/use-hydrated";

const Layer = lazyPart(() => import("./side-panel-layer"));

export type SidePanelProps = {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
};

/**
 * Shows details over the right edge of a list; on phones it has the full width. Escape closes it, and the focus returns
 * to the list.
 */
export function SidePanel({ open, ...panel }: SidePanelProps) {
  // A panel opened by the address alone is missing from the server's HTML, so it waits for hydration.
  const hydrated = useHydrated();
  return open && hydrated ? <Layer {...panel} /> : null;
}

/** One line of a panel: a name and its value. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex min-h-7 items-baseline gap-3 text-sm">
      <dt className="w-28 shrink-0 text-muted">{label}</dt>
      <dd className="min-w-0 flex-1 break-words">{children}</dd>
    </div>
  );
}
