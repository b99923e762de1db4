import { Stat } from "@/app/_ui/card";
import type { Analytics } from "@/lib/community/analytics/contract";
import { durationText } from "@/lib/core/format/units";

const figure = (value: number) => value.toLocaleString("en");

/** "▲ 12 % from 40": more is neither good nor bad here, so it has no colour. */
function change(now: number, before: number | null | undefined, text: (value: number) => string): string {
  if (before === null || before === undefined) return " ";
  if (before === now) return `unchanged from ${text(before)}`;
  if (before === 0) return "▲ from 0";
  const percent = Math.round((Math.abs(now - before) / before) * 100);
  return `${now > before ? "▲" : "▼"} ${percent > 999 ? "> 999" : percent} % from ${text(before)}`;
}

/** The totals of the period, each with its change from the period before. */
export function Tiles({ report }: { report: Analytics }) {
  const { previous } = report;
  const tiles = [
    ["Active people", report.active_users, previous?.active_users, figure],
    ["Sessions", report.total_sessions, previous?.total_sessions, figure],
    ["Average session", report.avg_session_duration, previous?.avg_session_duration, durationText],
    ["Actions", report.total_actions, previous?.total_actions, figure],
    ["Page views", report.page_views, previous?.page_views, figure],
  ] as const;
  return (
    <ul className="grid grid-cols-2 gap-px overflow-hidden rounded-md border border-line bg-line md:grid-cols-3 xl:grid-cols-6">
      {tiles.map(([label, now, before, text]) => (
        <li key={label} className="bg-panel">
          <Stat label={label} value={text(now)} note={previous ? change(now, before, text) : "all time"} />
        </li>
      ))}
      <li className="bg-panel">
        <Stat
          label="Accounts in total"
          value={figure(report.total_users)}
          note={`${figure(report.active_users_7d)} active, last 7 days`}
        />
      </li>
    </ul>
  );
}
