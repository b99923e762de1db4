/**
 * Navigation while the server is away. Next's router answers a failed fetch of a page by a full navigation, which ends in
 * the browser's own error page and takes the console along. Its fetches are held here until the server answers.
 */
import { getHealth } from "@/generated/calls/operations/system";
import { createStore } from "./store";

/** The number of navigations that wait for the server. */
export const heldNavigations = createStore(0);

/** Statuses that a proxy sends while the server restarts, and that the server sends during a restore. */
const AWAY = new Set([502, 503, 504]);
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 3_000;

/** Returns whether the router fetches a page that a person opens, as opposed to a prefetch. */
function isNavigation(init: RequestInit | undefined): boolean {
  const headers = new Headers(init?.headers);
  return (
    headers.get("rsc") === "1" && !headers.has("next-router-prefetch") && !headers.has("next-router-segment-prefetch")
  );
}

const pause = (attempt: number) =>
  new Promise((resolve) => setTimeout(resolve, Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS)));

/** Repeats `ask` until the server answers. */
async function untilAnswered(ask: () => Promise<Response>, signal?: AbortSignal | null): Promise<Response> {
  let isHeld = false;
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        const reply = await ask();
        if (!AWAY.has(reply.status)) return reply;
      } catch (error) {
        if (signal?.aborted) throw error;
      }
      if (!isHeld) heldNavigations.set(heldNavigations.get() + 1);
      isHeld = true;
      await pause(attempt);
    }
  } finally {
    if (isHeld) heldNavigations.set(heldNavigations.get() - 1);
  }
}

/** Resolves once the server answers again. */
export const serverIsBack = () => untilAnswered(() => fetch(getHealth.path, { cache: "no-store" }));

/** Holds the router's fetches while the server is away. Returns a function that stops this. */
export function holdNavigations(): () => void {
  const plain = window.fetch;
  const holding: typeof fetch = (input, init) =>
    isNavigation(init) ? untilAnswered(() => plain(input, init), init?.signal) : plain(input, init);
  window.fetch = holding;
  return () => {
    if (window.fetch === holding) window.fetch = plain;
  };
}
