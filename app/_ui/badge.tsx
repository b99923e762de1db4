import type { ComponentProps } from "react";
import { cn } from "./cn";

export type Tone = "neutral" | "ok" | "warn" | "bad" | "info";

const soft: Record<Tone, string> = {
  neutral: "bg-raised text-muted",
  ok: "bg-ok-soft text-ok",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-info-soft text-info",
};

export function Badge({ tone = "neutral", className, ...rest }: ComponentProps<"span"> & { tone?: Tone }) {
  return (
    <span
      className={cn(
        "inline-flex h-5 items-center gap-1 whitespace-nowrap align-middle rounded-md px-1.5 font-medium text-xs",
        soft[tone],
        className,
      )}
      {...rest}
    />
  );
}

const STATUS_TONE: Record<string, Tone> = {
  online: "ok",
  ok: "ok",
  completed: "ok",
  ready: "ok",
  pending: "info",
  running: "info",
  starting: "info",
  leased: "info",
  idle: "warn",
  degraded: "warn",
  busy: "warn",
  warning: "warn",
  stopping: "warn",
  restarting: "warn",
  conflict: "bad",
  error: "bad",
  failed: "bad",
  crashed: "bad",
  critical: "bad",
  offline: "neutral",
};

/** Returns the tone of a status word. Unknown words get the neutral tone "info". */
export function statusTone(status: string): Tone {
  return STATUS_TONE[status.toLowerCase()] ?? "info";
}

export const toneText: Record<Tone, string> = {
  neutral: "text-faint",
  ok: "text-ok",
  warn: "text-warn",
  bad: "text-bad",
  info: "text-info",
};

/**
 * A status light whose shape differs by tone, so that it can be read without colour: ● ok, ○ off, ▲ warn, ◆ bad, ◐
 * info.
 */
export function Light({ tone, className }: { tone: Tone; className?: string }) {
  return (
    <svg viewBox="0 0 10 10" className={cn("size-2.5 shrink-0", toneText[tone], className)} aria-hidden>
      {tone === "ok" && <circle cx="5" cy="5" r="4" fill="currentColor" />}
      {tone === "neutral" && <circle cx="5" cy="5" r="3.25" fill="none" stroke="currentColor" strokeWidth="1.5" />}
      {tone === "warn" && <path d="M5 1 9.5 9h-9z" fill="currentColor" />}
      {tone === "bad" && <path d="M5 0 10 5 5 10 0 5z" fill="currentColor" />}
      {tone === "info" && (
        <>
          <circle cx="5" cy="5" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.2" />
          <path d="M5 1.5a3.5 3.5 0 0 0 0 7z" fill="currentColor" />
        </>
      )}
    </svg>
  );
}

/** A status as a light and a word. */
export function StatusDot({ status, tone, className }: { status: string; tone?: Tone; className?: string }) {
  const meaning = tone ?? statusTone(status);
  return (
    <span className={cn("inline-flex items-center gap-1.5 whitespace-nowrap", className)}>
      <Light tone={meaning} />
      <span className={meaning === "neutral" ? "text-muted" : toneText[meaning]}>{status}</span>
    </span>
  );
}
