import type { ExternalToast, toast as Sonner } from "sonner";

type Tone = "success" | "error" | "info" | "warning";
type Text = Parameters<typeof Sonner>[0];

let real: typeof Sonner | null = null;
let call: (() => void) | undefined;
const waiting: ((toast: typeof Sonner) => void)[] = [];

/** Fetches the toaster with the first toast; until it has loaded, toasts wait here. */
function say(one: (toast: typeof Sonner) => void): void {
  if (real) one(real);
  else {
    waiting.push(one);
    call?.();
  }
}

/**
 * For the page's frame: calls `onFirst` when a toast waits and no component shows toasts yet. Returns a function that
 * stops this.
 */
export function onFirstToast(onFirst: () => void): () => void {
  call = onFirst;
  if (waiting.length > 0) onFirst();
  return () => {
    call = undefined;
  };
}

/** For the component that shows toasts, once it is mounted. */
export function deliverToasts(toast: typeof Sonner): void {
  real = toast;
  for (const one of waiting.splice(0)) one(toast);
}

/** How long (ms) a toast with an Undo button stays. Other toasts disappear sooner. */
const UNDO_MS = 10_000;
const lasting = (options?: ExternalToast) => (options?.action ? { duration: UNDO_MS, ...options } : options);

const toned = (tone: Tone) => (text: Text, options?: ExternalToast) =>
  say((toast) => toast[tone](text, lasting(options)));

/** Shows a short message: `toast("Saved")`, or `toast.success`, `.error`, `.info`, `.warning`. */
export const toast = Object.assign(
  (text: Text, options?: ExternalToast) => say((shown) => shown(text, lasting(options))),
  {
    success: toned("success"),
    error: toned("error"),
    info: toned("info"),
    warning: toned("warning"),
  },
);

/** Shows an error, in the server's own words if it gave any. */
export function errorToast(error: unknown, fallback = "Something went wrong. Try again."): void {
  toast.error(error instanceof Error && error.message ? error.message : fallback, { duration: 8000 });
}
