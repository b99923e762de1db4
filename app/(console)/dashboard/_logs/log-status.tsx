"use client";
import { useEffect, useRef, useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { FullTime } from "@/app/_ui/time-format";
import { useLiveStatus } from "@/lib/client/live";
import type { LogViewState } from "./use-log-view";

const ANNOUNCE_MS = 5_000;

type LogStatusProps = {
  view: Pick<LogViewState, "paused" | "following" | "buffer">;
  errors: number;
  /** Whether the filter is valid, so that the counts belong to it. */
  isValid: boolean;
};

/** The bar below the lines: whether the viewer follows new lines, and how many are loaded. */
export function LogStatus({ view: { paused, following, buffer }, errors, isValid }: LogStatusProps) {
  const live = useLiveStatus();
  const { lines, older, searchedTo } = buffer;
  const state = paused ? "paused" : live.status === "live" ? (following ? "live" : "scrolled up") : live.status;
  const summary = useSummary(following, lines.length, errors);
  return (
    <footer className="mt-auto flex h-8 items-center gap-3 border-line border-t px-3 text-[13px] text-muted">
      <Badge tone={state === "live" ? "ok" : state === live.status ? "warn" : "neutral"}>{state}</Badge>
      {isValid ? <span className="tnum">{lines.length.toLocaleString("en")} lines loaded</span> : null}
      {older === null && lines.length > 0 ? <span className="text-faint max-sm:hidden">no older lines</span> : null}
      {isValid && searchedTo !== null ? (
        <span className="truncate text-faint">
          Searched back to <FullTime at={searchedTo} />
        </span>
      ) : null}
      <span className="sr-only" role="status">
        {summary}
      </span>
    </footer>
  );
}

/** Returns a summary for screen readers, updated at most every five seconds and only while following. */
function useSummary(following: boolean, total: number, errors: number): string {
  const [summary, setSummary] = useState("");
  const latest = useRef({ total, errors });
  const announced = useRef({ total, errors });
  useEffect(() => {
    latest.current = { total, errors };
  });
  useEffect(() => {
    if (!following) return;
    announced.current = latest.current;
    const timer = setInterval(() => {
      // Do not announce the first page, because its lines are not new.
      const fresh = announced.current.total === 0 ? 0 : latest.current.total - announced.current.total;
      const bad = latest.current.errors - announced.current.errors;
      announced.current = latest.current;
      if (fresh > 0) setSummary(`${fresh} new lines${bad > 0 ? `, ${bad} errors` : ""}`);
    }, ANNOUNCE_MS);
    return () => clearInterval(timer);
  }, [following]);
  return summary;
}
