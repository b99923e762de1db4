"use client";
import { parseAsString, useQueryState } from "nuqs";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { EmptyState, ErrorState } from "@/app/_ui/empty-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { useLiveStatus } from "@/lib/client/live";
import { useBotNames, useBotSearch } from "@/lib/fleet/bots/queries";
import { FILTER_BOTS_MAX } from "@/lib/fleet/telemetry/contract.constants";
import { useDebounced, useStored } from "../_shared/hooks";
import { botWanted, parseFilter } from "./filter";
import { LinePanel } from "./line-panel";
import { LogList, type LogListHandle } from "./log-list";
import { LogToolbar } from "./toolbar";
import { useLogBuffer } from "./use-log-buffer";

const ANNOUNCE_MS = 5_000;
const NO_IDS: string[] = [];
const NO_BOTS = { bots: [], count: 0 };
const NO_COUNTS: ReadonlyMap<string, number> = new Map();

function lineOfHash(): number {
  if (typeof window === "undefined") return 0;
  return Number(/^#L(\d{1,15})$/.exec(window.location.hash)?.[1] ?? 0);
}

/** The live log viewer (UI.md: Log viewer), over all bots or over one. The filter text is `?q=` in the address. */
export function LogViewer({ botId, className }: { botId?: string; className?: string }) {
  const [text, setText] = useQueryState("q", parseAsString.withDefault("").withOptions({ history: "replace" }));
  const settled = useDebounced(text, 250);
  const wantedBot = botId ? null : botWanted(settled);
  const search = useBotSearch(wantedBot ?? "", { enabled: wantedBot !== null, limit: FILTER_BOTS_MAX });
  const isSearching = wantedBot !== null && (search.isPending || search.isPlaceholderData);
  const known = wantedBot === null ? undefined : search.data;
  const { filters, problems, note } = useMemo(() => {
    const parsed = parseFilter(settled, known ?? NO_BOTS);
    return botId ? { ...parsed, filters: { ...parsed.filters, bot_id: botId }, problems: parsed.problems } : parsed;
  }, [settled, known, botId]);
  const [times, setTimes] = useStored("muster.logs.times", true);
  const [wrap, setWrap] = useStored("muster.logs.wrap", false);
  const [paused, setPaused] = useState(false);
  // Where reading starts: at a line (from the address, or "among its neighbours"), or at the end (0).
  const [start, setStart] = useState(lineOfHash);
  const [following, setFollowing] = useState(start === 0);
  const [open, setOpen] = useState(start);
  const [seen, setSeen] = useState(0);
  const list = useRef<LogListHandle>(null);
  const live = useLiveStatus();
  const { buffer, loadOlder, resume, reload } = useLogBuffer({ filters, startAt: start, paused, following });
  const { lines } = buffer;
  const last = lines.at(-1)?.id ?? 0;
  const names = useBotNames(botId ? NO_IDS : lines.map((log) => log.bot_id));
  const filtered = settled.trim() !== "";

  const counts = useMemo(() => {
    const byLevel = new Map<string, number>();
    for (const log of lines) byLevel.set(log.type, (byLevel.get(log.type) ?? 0) + 1);
    return byLevel;
  }, [lines]);
  const unseen = useMemo(() => {
    if (following) return 0;
    let count = buffer.heldCount;
    for (let at = lines.length - 1; at >= 0 && (lines[at]?.id ?? 0) > seen; at--) count++;
    return count;
  }, [following, lines, seen, buffer.heldCount]);

  // The first sight of a page: at its end, or at the line of the address.
  const placed = useRef("");
  useEffect(() => {
    if (buffer.state === "loading") placed.current = "";
    if (buffer.state !== "ready" || lines.length === 0 || placed.current !== "") return;
    placed.current = "done";
    const target = lineOfHash();
    if (target && !following && lines.some((log) => log.id === target)) {
      setSeen(last);
      // The list has its height only after this frame.
      requestAnimationFrame(() => list.current?.toLine(target));
    } else list.current?.toEnd();
  }, [buffer.state, lines, following, last]);

  const follow = (next: boolean) => {
    if (paused && next) return;
    if (!next) setSeen(last);
    // The end of what is loaded is not the present while the view stands elsewhere.
    if (next && !buffer.attached) return;
    setFollowing(next);
  };
  const filter = (next: string) => {
    void setText(next || null);
    setStart(0);
    if (!paused) setFollowing(true);
  };
  const toLive = () => {
    setPaused(false);
    setFollowing(true);
    if (!resume()) {
      setStart(0);
      reload();
    }
    requestAnimationFrame(() => list.current?.toEnd());
  };
  const pause = (next: boolean) => {
    if (!next) return toLive();
    setSeen(last);
    setPaused(true);
    setFollowing(false);
  };
  const newest = useRef(last);
  newest.current = last;
  const show = useCallback((id: number) => {
    setOpen(id);
    if (id > 0) {
      // A line being read must not run away.
      setSeen(newest.current);
      setFollowing(false);
    }
    window.history.replaceState(
      window.history.state,
      "",
      id ? `#L${id}` : window.location.pathname + window.location.search,
    );
  }, []);

  const state = paused ? "paused" : live.status === "live" ? (following ? "live" : "scrolled up") : live.status;
  const summary = useSummary(following, lines.length, counts.get("error") ?? 0);

  return (
    <section aria-label="Logs" className={cn("flex flex-col rounded-md border border-line bg-panel", className)}>
      <LogToolbar
        text={text}
        onText={filter}
        problems={isSearching ? NO_IDS : problems}
        note={isSearching ? undefined : note}
        filters={filters}
        counts={problems.length > 0 ? NO_COUNTS : counts}
        isComplete={buffer.older === null}
        fixedBot={botId !== undefined}
        times={times}
        wrap={wrap}
        onTimes={setTimes}
        onWrap={setWrap}
        paused={paused}
        heldCount={buffer.heldCount}
        onPause={pause}
      />
      {isSearching ? (
        <SkeletonRows rows={16} columns={4} />
      ) : problems.length > 0 ? (
        // Hide the lines of the previous filter: a reader would take them for the result of this one.
        <EmptyState
          title="This filter is not valid"
          description="Correct the problem shown below the filter, or clear the filter to see all logs."
          filterHint={{ onClear: () => filter("") }}
        />
      ) : buffer.state === "error" && lines.length === 0 ? (
        <ErrorState title="Logs could not be loaded" message={buffer.error} onRetry={() => reload()} />
      ) : buffer.state === "loading" && lines.length === 0 ? (
        <SkeletonRows rows={16} columns={4} />
      ) : lines.length === 0 && filtered ? (
        <EmptyState
          title="No logs match"
          description={
            buffer.older === null
              ? "No stored log lines match this filter. New matching lines will appear here."
              : "None of the newest lines match this filter. Older lines have not been searched yet."
          }
          action={buffer.older === null ? null : <Button onClick={() => void loadOlder()}>Search older lines</Button>}
          filterHint={{ onClear: () => filter("") }}
        />
      ) : lines.length === 0 ? (
        <EmptyState
          title="No logs yet"
          description="Log lines that bots send to /api/bot/{bot_id}/logs appear here as soon as they arrive."
          docs={{ href: "/docs", label: "How bots send logs" }}
        />
      ) : (
        <LogList
          ref={list}
          lines={lines}
          markers={buffer.markers}
          names={names}
          showBot={botId === undefined}
          times={times}
          wrap={wrap}
          active={open}
          following={following}
          onFollowing={follow}
          onTop={() => void loadOlder()}
          onOpen={show}
          unseen={unseen}
          onResume={toLive}
        />
      )}
      <footer className="mt-auto flex h-8 items-center gap-3 border-line border-t px-3 text-[13px] text-muted">
        <Badge tone={state === "live" ? "ok" : state === live.status ? "warn" : "neutral"}>{state}</Badge>
        {problems.length > 0 ? null : <span className="tnum">{lines.length.toLocaleString("en")} lines loaded</span>}
        {buffer.older === null && lines.length > 0 ? (
          <span className="text-faint max-sm:hidden">since the beginning</span>
        ) : null}
        <span className="sr-only" role="status">
          {summary}
        </span>
      </footer>
      <LinePanel
        open={open > 0}
        log={lines.find((log) => log.id === open)}
        botName={names.get(lines.find((log) => log.id === open)?.bot_id ?? "")}
        onContext={
          filtered
            ? () => {
                setFollowing(false);
                setStart(open);
                void setText(null);
              }
            : null
        }
        onClose={() => show(0)}
      />
    </section>
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
      // The first page is not news.
      const fresh = announced.current.total === 0 ? 0 : latest.current.total - announced.current.total;
      const bad = latest.current.errors - announced.current.errors;
      announced.current = latest.current;
      if (fresh > 0) setSummary(`${fresh} new lines${bad > 0 ? `, ${bad} errors` : ""}`);
    }, ANNOUNCE_MS);
    return () => clearInterval(timer);
  }, [following]);
  return summary;
}
