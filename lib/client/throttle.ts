"use client";
import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";

/**
 * Returns a function that runs at most once per `ms`: at once after a quiet period, else at the period's end. Live
 * events use it to refetch counters without one request per event.
 */
export function useThrottled(run: () => void, ms: number): () => void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  const throttle = useMemo(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = 0;
    const fire = () => {
      timer = undefined;
      last = Date.now();
      latest.current();
    };
    return {
      call: () => {
        if (timer) return;
        timer = setTimeout(fire, Math.max(0, last + ms - Date.now()));
      },
      stop: () => {
        clearTimeout(timer);
        timer = undefined;
      },
    };
  }, [ms]);
  useEffect(() => throttle.stop, [throttle]);
  return throttle.call;
}

/**
 * Refetches a query at most once per `ms`, for gaps in the live events. During a flood of logs the server drops events
 * from every batch, so gaps are reported twenty times a second.
 */
export function useRefill(queryKey: QueryKey, ms = 3_000): () => void {
  const client = useQueryClient();
  return useThrottled(() => void client.invalidateQueries({ queryKey }), ms);
}
