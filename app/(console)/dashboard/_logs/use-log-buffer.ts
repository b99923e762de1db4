"use client";
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { accessChangedAt } from "@/lib/client/access";
import { errorText } from "@/lib/client/api";
import { writeJson } from "@/lib/core/format/json";
import type { LogFilters } from "@/lib/fleet/telemetry/queries";
import { EMPTY_BUFFER, reduceBuffer } from "./buffer";
import type { LineTest } from "./filter";
import { collect, loadAround, loadEnd } from "./log-pages";
import { type LogView, type PendingLines, useLiveLines } from "./use-live-lines";

type Options = {
  filters: LogFilters;
  /** Whether a live line fits the filters. */
  test: LineTest;
  /** The id of the line to open at, from the address (#L123); 0 opens at the end. */
  startAt: number;
  paused: boolean;
  following: boolean;
};

/**
 * Loads the viewer's lines: the newest page first, older pages on request, and live lines every 100 ms. After a lost
 * connection it loads the missed lines and adds a marker.
 */
export function useLogBuffer({ filters, test, startAt, paused, following }: Options) {
  const [buffer, dispatch] = useReducer(reduceBuffer, EMPTY_BUFFER);
  const [round, setRound] = useState(0);
  const key = writeJson(filters);
  const view = useRef<LogView>({ filters, test, paused, following, buffer });
  useEffect(() => {
    view.current = { filters, test, paused, following, buffer };
  });
  const loadingOlder = useRef(false);
  const pending = useRef<PendingLines>({ lines: [], holeAfter: 0 });

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the filters' content
  useEffect(() => {
    const abort = new AbortController();
    const { filters: wanted } = view.current;
    dispatch({ kind: "reset" });
    pending.current = { lines: [], holeAfter: 0 };
    const onProgress = (to: string) => abort.signal.aborted || dispatch({ kind: "searched", to });
    const load =
      startAt > 0 ? loadAround(wanted, startAt, abort.signal, onProgress) : loadEnd(wanted, abort.signal, onProgress);
    load
      .then((loaded) => dispatch({ kind: "loaded", ...loaded }))
      .catch((error: unknown) => {
        if (!abort.signal.aborted) dispatch({ kind: "failed", error: errorText(error) });
      });
    return () => abort.abort();
  }, [key, startAt, round]);

  const reload = () => setRound((known) => known + 1);
  // Lines of a bot that the reader may no longer see must not stay on the page.
  useEffect(() => accessChangedAt.subscribe(() => setRound((known) => known + 1)), []);
  useLiveLines(filters.bot_id, { view, pending, dispatch, reload });

  const loadOlder = useCallback(async () => {
    const { buffer: now, filters: wanted } = view.current;
    if (loadingOlder.current || now.state !== "ready" || now.older === null) return;
    loadingOlder.current = true;
    try {
      // The filter may have changed during the request; the answer then belongs to the earlier filter.
      const isCurrent = () => writeJson(view.current.filters) === writeJson(wanted);
      const onProgress = (to: string) => isCurrent() && dispatch({ kind: "searched", to });
      const page = await collect(wanted, now.older, { onProgress });
      if (!isCurrent()) return;
      dispatch({ kind: "older", ...page });
    } catch {
      // After a failure, scrolling up sends the request again.
    } finally {
      loadingOlder.current = false;
    }
  }, []);

  return {
    buffer,
    loadOlder,
    /**
     * Appends the lines held during the pause. Returns false when the end must be read again, because too many arrived
     * or other lines are shown.
     */
    resume: (): boolean => {
      const { buffer: now } = view.current;
      if (!now.attached || now.heldCount > now.held.length) return false;
      dispatch({ kind: "resume" });
      return true;
    },
    /** Reads everything again. */
    reload,
  };
}
