"use client";
import type { Dispatch, RefObject } from "react";
import { errorText } from "@/lib/client/api";
import { type Gap, useLive } from "@/lib/client/live";
import { useThrottled } from "@/lib/client/throttle";
import type { Log } from "@/lib/fleet/telemetry/contract";
import { fetchLogs, type LogFilters } from "@/lib/fleet/telemetry/queries";
import type { Buffer, BufferAction } from "./buffer";
import type { LineTest } from "./filter";
import { NEWER_PAGE, recoveryText } from "./log-pages";

const FLUSH_MS = 100;
const REFILL_MS = 1_000;

/** The state of the newest render, for event handlers that run later. */
export type LogView = { filters: LogFilters; test: LineTest; paused: boolean; following: boolean; buffer: Buffer };

export type PendingLines = {
  /** Lines that wait for the next update of the view. */
  lines: Log[];
  /** The id of the last line before events were dropped; 0 while nothing is missing. */
  holeAfter: number;
};

type Options = {
  view: RefObject<LogView>;
  pending: RefObject<PendingLines>;
  dispatch: Dispatch<BufferAction>;
  /** Reads everything again. */
  reload: () => void;
};

/** Appends live lines to the buffer, and reads missed lines after an interruption. */
export function useLiveLines(botId: string | undefined, { view, pending, dispatch, reload }: Options): void {
  const flush = useThrottled(() => {
    const { lines } = pending.current;
    pending.current.lines = [];
    if (lines.length === 0) return;
    dispatch({ kind: "live", lines, hold: view.current.paused, trim: view.current.following });
  }, FLUSH_MS);

  const recover = async (after: number, gap: Gap | null) => {
    try {
      const page = await fetchLogs(view.current.filters, { limit: NEWER_PAGE, since: String(after) });
      const known = new Set(view.current.buffer.lines.map((log) => log.id));
      const count = page.logs.filter((log) => !known.has(log.id)).length;
      const text = recoveryText(count, page.next_cursor === null, gap);
      dispatch({ kind: "recovered", after, lines: page.logs, text });
    } catch (error) {
      dispatch({ kind: "recovered", after, lines: [], text: `some lines may be missing: ${errorText(error)}` });
    }
  };
  const refill = useThrottled(() => {
    const after = pending.current.holeAfter;
    pending.current.holeAfter = 0;
    if (after > 0) void recover(after, null);
  }, REFILL_MS);

  const onGap = (gap: Gap) => {
    const { buffer, paused } = view.current;
    if (gap.reason === "begun" && buffer.state !== "ready") return reload();
    if (buffer.state !== "ready" || !buffer.attached || paused) return;
    const last = buffer.lines.at(-1)?.id ?? 0;
    if (gap.reason !== "dropped") {
      if (last > 0) void recover(last, gap.reason === "begun" ? null : gap);
      else reload();
    } else {
      pending.current.holeAfter ||= last;
      refill();
    }
  };
  useLive(["logs"], { bot_id: botId, onGap }, (events) => {
    const now = Date.now();
    for (const event of events) {
      if (event.name === "new_log" && view.current.test(event.data, now)) {
        pending.current.lines.push(event.data);
      }
    }
    if (pending.current.lines.length > 0) flush();
  });
}
