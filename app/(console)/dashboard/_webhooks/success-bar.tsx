"use client";
import { UptimeBar } from "@/app/_ui/sparkline";
import { useHydrated } from "@/app/_ui/use-hydrated";
import { countText, percentText } from "@/lib/core/format/units";
import type { Webhook } from "@/lib/operations/webhooks/contract";

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** The share of successful requests in each of the last 24 hours. Hours without requests show a dot. */
export function SuccessBar({ hours }: Pick<Webhook, "hours">) {
  // The server's clock may already be in the next hour, which would render another chart than the browser does.
  const hydrated = useHydrated();
  const sent = hours.reduce((sum, hour) => sum + hour.sent, 0);
  const all = hours.reduce((sum, hour) => sum + hour.failed, sent);
  if (all === 0 || !hydrated) return <span className="text-[13px] text-faint">{all === 0 ? "No requests" : null}</span>;
  const share = new Map(hours.map((hour) => [Date.parse(hour.at) / HOUR_MS, hour.sent / (hour.sent + hour.failed)]));
  const first = Math.floor(Date.now() / HOUR_MS) - HOURS + 1;
  const slots = Array.from({ length: HOURS }, (_, at) => share.get(first + at) ?? null);
  const text = percentText(sent / all);
  return (
    <span className="flex items-center gap-2">
      <span className="w-24 shrink-0">
        <UptimeBar slots={slots} label={`${text} of ${countText(all, "request")} succeeded in 24 h`} />
      </span>
      <span className="tnum text-[13px] text-muted">{text}</span>
    </span>
  );
}
