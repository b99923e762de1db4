"use client";
import { useMemo, useRef } from "react";
import { parseAsStringLiteral, useQueryState } from "@/app/_ui/address-state";
import { cn } from "@/app/_ui/cn";
import { lazyPart } from "@/app/_ui/lazy-part";
import { usePageKeys } from "@/app/_ui/use-page-keys";
import { useBotNames } from "@/lib/fleet/bots/queries.names";
import type { Log } from "@/lib/fleet/telemetry/contract";
import { useStored } from "../_shared/hooks";
import { addTerm } from "./filter";
import { type LevelCounts, loadedLevels, shownLevels } from "./level-counts";
import { LogHistogram } from "./log-histogram";
import { LogList } from "./log-list";
import { LogPlaceholder } from "./log-placeholder";
import { LogStatus } from "./log-status";
import { LogToolbar } from "./toolbar";
import { useColumns } from "./use-columns";
import { type LogFilterState, useLogFilter } from "./use-log-filter";
import { type LogHistogramState, useLogHistogram } from "./use-log-histogram";
import { type LogViewState, useLogView } from "./use-log-view";

/** Loaded when they are opened. */
const LogPatterns = lazyPart(() => import("./log-patterns").then((part) => part.LogPatterns));
const LinePanel = lazyPart(() => import("./line-panel").then((part) => part.LinePanel));

const NO_IDS: string[] = [];
const NO_LEVELS: LevelCounts = { counts: new Map(), isWhole: false };

/** The counts by level, and the number of errors among the loaded lines. */
function useLevels(lines: readonly Log[], hasAll: boolean, { levels, span }: LogHistogramState) {
  return {
    levels: useMemo(() => shownLevels(lines, hasAll, levels, span), [lines, hasAll, levels, span]),
    errors: useMemo(() => loadedLevels(lines, hasAll).counts.get("error") ?? 0, [lines, hasAll]),
  };
}

type LogViewerProps = { userId: number; botId?: string; className?: string };

/** The live log viewer (UI.md: Log viewer), for all bots or for one. The address holds the filter as `?q=`. */
export function LogViewer({ userId, botId, className }: LogViewerProps) {
  const filter = useLogFilter(botId);
  const [times, setTimes] = useStored("muster.logs.times", true);
  const [wrap, setWrap] = useStored("muster.logs.wrap", false);
  const columns = useColumns();
  const view = useLogView(filter);
  const { buffer, open } = view;
  const { lines } = buffer;
  const names = useBotNames(botId ? NO_IDS : lines.map((log) => log.bot_id));
  const field = useRef<HTMLInputElement>(null);
  usePageKeys({
    "/": () => field.current?.focus(),
    j: () => view.list.current?.step(1),
    k: () => view.list.current?.step(-1),
  });
  const [mode, setMode] = useQueryState("view", parseAsStringLiteral(["patterns"] as const));
  const isPatterns = mode === "patterns";
  const isValid = filter.problems.length === 0;
  const histogram = useLogHistogram(filter);
  const hasAll = buffer.older === null;
  const { levels, errors } = useLevels(lines, hasAll, histogram);
  const openLine = lines.find((log) => log.id === open);
  return (
    <section aria-label="Logs" className={cn("flex flex-col rounded-md border border-line bg-panel", className)}>
      <LogToolbar
        filter={filter}
        userId={userId}
        onText={view.filterBy}
        levels={isValid ? levels : NO_LEVELS}
        hasAll={hasAll}
        fixedBot={botId !== undefined}
        times={times}
        wrap={wrap}
        columns={columns}
        onTimes={setTimes}
        onWrap={setWrap}
        paused={view.paused}
        heldCount={buffer.heldCount}
        onPause={view.pause}
        field={field}
        lines={lines}
        isPatterns={isPatterns}
        onPatterns={(on) => void setMode(on ? "patterns" : null)}
      />
      <LogHistogram filter={filter} histogram={histogram} onText={view.filterBy} />
      {isPatterns ? (
        <LogPatterns
          filter={filter}
          isOneBot={botId !== undefined}
          onLines={(text) => {
            view.filterBy(text);
            void setMode(null);
          }}
          onLine={(id) => {
            view.show(id);
            void setMode(null);
          }}
        />
      ) : (
        <Lines {...{ filter, view, names, times, wrap, columns: columns.columns }} showBot={botId === undefined} />
      )}
      <LogStatus view={view} errors={errors} isValid={isValid} />
      {open > 0 ? (
        <LinePanel
          log={openLine}
          botName={names.get(openLine?.bot_id ?? "")}
          onContext={filter.isFiltered ? view.showNeighbours : null}
          onTerm={(term) => {
            view.show(0);
            view.filterBy(addTerm(filter.text, term));
          }}
          columns={columns}
          onClose={() => view.show(0)}
        />
      ) : null}
    </section>
  );
}

type LinesProps = {
  filter: LogFilterState;
  view: LogViewState;
  names: ReadonlyMap<string, string>;
  showBot: boolean;
  times: boolean;
  wrap: boolean;
  columns: readonly string[];
};

/** The lines, or why there are none. */
function Lines({ filter, view, ...shown }: LinesProps) {
  const { buffer, list, open, following, unseen } = view;
  return (
    <LogPlaceholder filter={filter} view={view}>
      <LogList
        {...{ ref: list, lines: buffer.lines, markers: buffer.markers, active: open, following, unseen, ...shown }}
        onFollowing={view.follow}
        onTop={() => void view.loadOlder()}
        onOpen={view.show}
        onResume={view.toLive}
      />
    </LogPlaceholder>
  );
}
