"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { toast } from "@/app/_ui/toast";

/** Time in which a resolution can be undone; the toast stays for the same time. */
const UNDO_MS = 8_000;
const NONE: ReadonlySet<string> = new Set();

/**
 * Resolves alerts after a delay in which Undo is offered: a resolved alert stays silent while its cause lasts, so
 * resolving it by mistake would hide a problem. If the reader leaves the page first, the resolution is sent at once.
 *
 * @param send resolves them for good; `isLeaving`: the page is being closed
 */
export function useResolve(send: (ids: string[], isLeaving: boolean) => void) {
  const [held, setHeld] = useState(NONE);
  const waiting = useRef(new Map<string[], ReturnType<typeof setTimeout>>());
  const latest = useRef(send);
  useEffect(() => {
    latest.current = send;
  });
  const release = useCallback(
    (ids: string[]) => setHeld((known) => new Set([...known].filter((id) => !ids.includes(id)))),
    [],
  );
  const finish = useCallback((ids: string[], isLeaving: boolean) => {
    clearTimeout(waiting.current.get(ids));
    if (waiting.current.delete(ids)) latest.current(ids, isLeaving);
  }, []);
  useEffect(() => {
    const finishAll = () => {
      for (const ids of [...waiting.current.keys()]) finish(ids, true);
    };
    window.addEventListener("pagehide", finishAll);
    return () => {
      window.removeEventListener("pagehide", finishAll);
      finishAll();
    };
  }, [finish]);
  const resolve = (ids: string[]) => {
    waiting.current.set(
      ids,
      setTimeout(() => finish(ids, false), UNDO_MS),
    );
    setHeld((known) => new Set([...known, ...ids]));
    toast(ids.length === 1 ? "Alert resolved" : `${ids.length} alerts resolved`, {
      duration: UNDO_MS,
      action: {
        label: "Undo",
        onClick: () => {
          clearTimeout(waiting.current.get(ids));
          if (waiting.current.delete(ids)) release(ids);
        },
      },
    });
  };
  return { held, resolve, release };
}
