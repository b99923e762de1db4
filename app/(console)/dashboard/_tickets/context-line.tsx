import type { ReactNode } from "react";

/** One line of the panel: a name and its value. */
export function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex min-h-6 items-center gap-2 text-sm">
      <span className="w-17 shrink-0 text-[13px] text-muted">{label}</span>
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{children}</span>
    </div>
  );
}

export function Heading({ children, aside }: { children: ReactNode; aside?: ReactNode }) {
  return (
    <div className="mb-1 flex min-h-7 items-center justify-between gap-2">
      <h3 className="font-medium text-[13px]">{children}</h3>
      {aside}
    </div>
  );
}
