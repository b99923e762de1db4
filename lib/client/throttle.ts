"use client";
import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";

/**
 * A function that runs at most once per `ms`: at once when quiet, else at the end of the span.
 * For refetching counters on live events without a request per event.
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
 * Asks a part of the cache again, at most once per `ms`: for gaps in the live events. Under a flood of logs the server
 * leaves events out of every batch, and a gap is told twenty times a second.
 */
export function useRefill(queryKey: QueryKey, ms = 3_000): () => void {
  const client = useQueryClient();
  return useThrottled(() => void client.invalidateQueries({ queryKey }), ms);
}
