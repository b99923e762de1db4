import type { ComponentProps, ReactNode } from "react";
import { toneText } from "./badge";
import { cn } from "./cn";

export function Card({ className, ...rest }: ComponentProps<"section">) {
  return <section className={cn("rounded-md border ui:border-line bg-panel", className)} {...rest} />;
}

/** The card's first line: a title at the left, actions at the right. */
export function CardHeader({ className, ...rest }: ComponentProps<"header">) {
  return (
    <header
      className={cn(
        "flex min-h-11 flex-wrap items-center justify-between gap-2 border-line border-b px-4 py-2",
        className,
      )}
      {...rest}
    />
  );
}

export function CardTitle({ className, ...rest }: ComponentProps<"h2">) {
  return <h2 className={cn("font-semibold text-sm", className)} {...rest} />;
}

type StatProps = {
  label: ReactNode;
  value: ReactNode;
  /** A small note under the figure. */
  note?: ReactNode;
  tone?: "ok" | "warn" | "bad";
  className?: string;
};

/** One figure with its name. The tone colours the figure; the label says what it means. */
export function Stat({ label, value, note, tone, className }: StatProps) {
  return (
    <div className={cn("min-w-0 px-4 py-3", className)}>
      <p className="truncate text-[13px] text-muted">{label}</p>
      <p className={cn("tnum font-semibold text-2xl leading-8 tracking-tight", tone && toneText[tone])}>{value}</p>
      {note ? <p className="text-faint text-xs">{note}</p> : null}
    </div>
  );
}
