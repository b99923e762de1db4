import { cutText } from "@/lib/core/format/text";
import type { DispatchOptions } from "@/lib/fleet/commands/contract";

/** The dispatch settings as typed; empty means the default. */
export type DispatchDraft = {
  priority: string;
  expires: string;
  unit: keyof typeof UNITS;
  runAt: string;
  maxAttempts: string;
  key: string;
};
export const UNITS = { s: 1, min: 60, h: 3600, days: 86_400 } as const;
export const NO_DISPATCH: DispatchDraft = {
  priority: "",
  expires: "",
  unit: "min",
  runAt: "",
  maxAttempts: "",
  key: "",
};

/** Returns the settings of a stored command as they would be typed. */
export function dispatchOf(options: Partial<DispatchOptions>): DispatchDraft {
  const { priority = 0, expires_in, max_attempts } = options;
  const units = Object.entries(UNITS).toReversed() as [DispatchDraft["unit"], number][];
  const [unit, span] = units.find(([, length]) => expires_in !== undefined && expires_in % length === 0) ?? ["min", 60];
  return {
    ...NO_DISPATCH,
    priority: priority === 0 ? "" : String(priority),
    ...(expires_in !== undefined && { expires: String(expires_in / span), unit }),
    maxAttempts: max_attempts === undefined ? "" : String(max_attempts),
  };
}

type Read =
  | { ok: true; options: Partial<DispatchOptions> }
  | { ok: false; field: keyof DispatchDraft; message: string };

/** Reads the typed options of a request, or returns the first invalid field. Limits are those of the contract. */
export function readDispatch(draft: DispatchDraft, now: number): Read {
  const options: Partial<DispatchOptions> = {};
  const whole = (text: string, min: number, max: number): number | null => {
    const value = Number(text);
    return Number.isInteger(value) && value >= min && value <= max ? value : null;
  };
  if (draft.priority.trim()) {
    const priority = whole(draft.priority, -100, 100);
    if (priority === null) return { ok: false, field: "priority", message: "Enter a whole number from -100 to 100" };
    options.priority = priority;
  }
  if (draft.expires.trim()) {
    const seconds = whole(String(Number(draft.expires) * UNITS[draft.unit]), 1, 2_592_000);
    if (seconds === null) return { ok: false, field: "expires", message: "Enter a time from 1 s to 30 days" };
    options.expires_in = seconds;
  }
  if (draft.runAt) {
    const at = Date.parse(draft.runAt);
    if (Number.isNaN(at) || at > now + 365 * 86_400_000)
      return { ok: false, field: "runAt", message: "Choose a time within a year" };
    options.run_at = new Date(at).toISOString();
  }
  if (draft.maxAttempts.trim()) {
    const attempts = whole(draft.maxAttempts, 1, 100);
    if (attempts === null) return { ok: false, field: "maxAttempts", message: "Enter a whole number from 1 to 100" };
    options.max_attempts = attempts;
  }
  if (draft.key.trim()) options.idempotency_key = cutText(draft.key.trim(), 200, "");
  return { ok: true, options };
}
