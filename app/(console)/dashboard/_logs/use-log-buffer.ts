"use client";
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { errorText } from "@/lib/client/api";
import { type Gap, useLive } from "@/lib/client/live";
import { useThrottled } from "@/lib/client/throttle";
import { writeJson } from "@/lib/core/format/json";
import type { Log } from "@/lib/fleet/telemetry/contract";
import { fetchLogs, type LogFilters, type LogPage } from "@/lib/fleet/telemetry/queries";
import { EMPTY_BUFFER, reduceBuffer } from "./buffer";
import { matchesFilter } from "./filter";

const PAGE = 200;
const NEWER_PAGE = 1000;
const ENOUGH = 40;
const MAX_ASKS = 8;
const FLUSH_MS = 100;
const REFILL_MS = 1_000;

type Options = {
  filters: LogFilters;
  /** A line to open at, from the address (#L123); 0 for the end. */
  startAt: number;
  paused: boolean;
  following: boolean;
};

/**
 * The lines behind the viewer: the newest page first, older pages on request, live lines at the end every 100 ms, and
 * after a lost connection what was missed (`since` the last line), with a marker saying so.
 */
export function useLogBuffer({ filters, startAt, paused, following }: Options) {
  const [buffer, dispatch] = useReducer(reduceBuffer, EMPTY_BUFFER);
  const [round, setRound] = useState(0);
  const key = writeJson(filters);
  const current = useRef({ filters, paused, following, buffer });
  useEffect(() => {
    current.current = { filters, paused, following, buffer };
  });
  const loadingOlder = useRef(false);
  const waiting = useRef<Log[]>([]);
  /** The last line known before events were dropped; 0 while nothing is missing. */
  const holeAfter = useRef(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the filters' content
  useEffect(() => {
    const abort = new AbortController();
    const { filters: wanted } = current.current;
    dispatch({ kind: "reset" });
    waiting.current = [];
    holeAfter.current = 0;
    const load = startAt > 0 ? loadAround(wanted, startAt, abort.signal) : loadEnd(wanted, abort.signal);
    load
      .then((loaded) => dispatch({ kind: "loaded", ...loaded }))
      .catch((error: unknown) => {
        if (!abort.signal.aborted) dispatch({ kind: "failed", error: errorText(error) });
      });
    return () => abort.abort();
  }, [key, startAt, round]);

  const flush = useThrottled(() => {
    const lines = waiting.current;
    waiting.current = [];
    if (lines.length === 0) return;
    const { paused: hold, following: trim } = current.current;
    dispatch({ kind: "live", lines, hold, trim });
  }, FLUSH_MS);

  const refill = useThrottled(() => {
    const after = holeAfter.current;
    holeAfter.current = 0;
    if (after > 0) void recover(after, null);
  }, REFILL_MS);

  const recover = async (after: number, gap: Gap | null) => {
    try {
      const page = await fetchLogs(current.current.filters, { limit: NEWER_PAGE, since: String(after) });
      const known = new Set(current.current.buffer.lines.map((log) => log.id));
      const count = page.logs.filter((log) => !known.has(log.id)).length;
      const all = page.next_cursor === null;
      const lines = count === 1 ? "1 line" : `${count} lines`;
      const text = gap
        ? count === 0
          ? "reconnected, no lines missed"
          : `reconnected, ${all ? lines : `the first ${lines}`} recovered`
        : all
          ? null
          : "too many lines at once: some are not shown";
      dispatch({ kind: "recovered", after, lines: page.logs, text });
    } catch (error) {
      dispatch({ kind: "recovered", after, lines: [], text: `some lines may be missing: ${errorText(error)}` });
    }
  };

  useLive(
    ["logs"],
    {
      bot_id: filters.bot_id,
      onGap: (gap) => {
        const { buffer: now } = current.current;
        if (gap.reason === "begun" && now.state !== "ready") return setRound((known) => known + 1);
        if (now.state !== "ready" || !now.attached || current.current.paused) return;
        const last = now.lines.at(-1)?.id ?? 0;
        if (gap.reason !== "dropped") {
          if (last > 0) void recover(last, gap.reason === "begun" ? null : gap);
          else setRound((known) => known + 1);
        } else {
          holeAfter.current ||= last;
          refill();
        }
      },
    },
    (events) => {
      const now = Date.now();
      for (const event of events) {
        if (event.name === "new_log" && matchesFilter(event.data, current.current.filters, now)) {
          waiting.current.push(event.data);
        }
      }
      if (waiting.current.length > 0) flush();
    },
  );

  const loadOlder = useCallback(async () => {
    const { buffer: now, filters: wanted } = current.current;
    if (loadingOlder.current || now.state !== "ready" || now.older === null) return;
    loadingOlder.current = true;
    try {
      const page = await collect(wanted, now.older);
      // The filter may have changed meanwhile: these lines are of the former one.
      if (writeJson(current.current.filters) !== writeJson(wanted)) return;
      dispatch({ kind: "older", ...page });
    } catch {
      // Scrolling up again asks again.
    } finally {
      loadingOlder.current = false;
    }
  }, []);

  return {
    buffer,
    loadOlder,
    /** Lets held lines in. False when the end has to be read again: too many came, or the view stood elsewhere. */
    resume: (): boolean => {
      const { buffer: now } = current.current;
      if (!now.attached || now.heldCount > now.held.length) return false;
      dispatch({ kind: "resume" });
      return true;
    },
    /** Reads everything again. */
    reload: () => setRound((known) => known + 1),
  };
}

/**
 * Lines before a cursor (from the end without one). A filter that fits few lines makes the server stop after a bounded
 * look back, with few lines or none and a cursor to go on from: then it is asked on, so far as MAX_ASKS.
 */
async function collect(filters: LogFilters, cursor: string | undefined, signal?: AbortSignal) {
  let older: string | null = cursor ?? null;
  const lines: Log[] = [];
  for (let asked = 0; asked < MAX_ASKS && lines.length < ENOUGH; asked++) {
    const page: LogPage = await fetchLogs(filters, { limit: PAGE, cursor: older ?? undefined }, signal);
    lines.push(...page.logs);
    older = page.next_cursor;
    if (older === null) break;
  }
  return { lines, older };
}

async function loadEnd(filters: LogFilters, signal: AbortSignal) {
  return { ...(await collect(filters, undefined, signal)), attached: true };
}

/** The line itself with what came after it, and a page of what came before. */
async function loadAround(filters: LogFilters, id: number, signal: AbortSignal) {
  const [before, after] = await Promise.all([
    collect(filters, String(id), signal),
    fetchLogs(filters, { limit: NEWER_PAGE, since: String(id - 1) }, signal),
  ]);
  return { lines: [...before.lines, ...after.logs], older: before.older, attached: after.next_cursor === null };
}
