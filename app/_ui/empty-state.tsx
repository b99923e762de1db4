import { BookOpen, CircleCheck } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "./button";
import { cn } from "./cn";
import { RetryButton } from "./retry-button";

type EmptyStateProps = {
  title: ReactNode;
  /** One sentence: what appears here and why there is nothing yet. */
  description?: ReactNode;
  /** The button for the next step. */
  action?: ReactNode;
  docs?: { href: string; label: string };
  /** Set when filters hide everything: shows another text and a button that clears the filters. */
  filterHint?: { onClear?: () => void; href?: string };
  icon?: ReactNode;
  className?: string;
};

/** Says why a list is empty and what to do about it. Has another text when only the filters make it empty. */
export function EmptyState({ title, description, action, docs, filterHint, icon, className }: EmptyStateProps) {
  return (
    <div className={cn("flex flex-col items-center gap-1 px-4 py-10 text-center", className)}>
      {icon ? (
        <div className="mb-2 grid size-10 place-items-center rounded-md bg-raised text-faint [&_svg]:size-5">
          {icon}
        </div>
      ) : null}
      <p className="font-semibold text-sm">{title}</p>
      {description ? <div className="max-w-md text-muted text-sm">{description}</div> : null}
      <div className="mt-3 flex flex-wrap items-center justify-center gap-3 empty:hidden">
        {filterHint?.onClear ? <Button onClick={filterHint.onClear}>Clear filters</Button> : null}
        {filterHint?.href ? (
          <Button asChild>
            <Link href={filterHint.href}>Clear filters</Link>
          </Button>
        ) : null}
        {action}
        {docs ? (
          <Link href={docs.href} className="inline-flex items-center gap-1.5 text-accent text-sm hover:underline">
            <BookOpen className="size-4" aria-hidden />
            {docs.label}
          </Link>
        ) : null}
      </div>
    </div>
  );
}

/** Shown in place of content that could not be loaded: the error, and a button to try again. */
export function ErrorState({ title, message, onRetry }: { title: string; message?: string; onRetry?: () => void }) {
  return (
    <div role="alert" className="flex flex-col items-center gap-1 px-4 py-10 text-center">
      <p className="font-semibold text-bad text-sm">{title}</p>
      {message ? <p className="max-w-md text-muted text-sm">{message}</p> : null}
      {onRetry ? <RetryButton className="mt-3" onRetry={onRetry} /> : null}
    </div>
  );
}

/** Shown above rows that could not be refreshed: the error, and a button to try again. */
export function StaleNote({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center justify-between gap-2 border-line border-b bg-warn-soft px-4 py-1.5 text-[13px] text-warn"
    >
      <p>{message} This information may be out of date.</p>
      <RetryButton size="sm" onRetry={onRetry} />
    </div>
  );
}

/** A line that says that nothing is wrong, in place of a list of problems. */
export function CalmNote({ children }: { children: ReactNode }) {
  return (
    <p className="flex items-center gap-2 px-4 py-3 text-muted text-sm">
      <CircleCheck className="size-4 shrink-0 text-ok" aria-hidden /> {children}
    </p>
  );
}
