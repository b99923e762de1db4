import type { ReactNode } from "react";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import type { Analytics } from "@/lib/community/analytics/contract";
import { countText } from "@/lib/core/format/units";
import { percentages } from "./scale";

type Row = { name: ReactNode; key: string; value: number; note?: string };
const figure = (value: number) => value.toLocaleString("en");

/** Names with their figures, each over a bar as long as its share of the largest. */
function Ranking({ title, hint, rows, none }: { title: string; hint: string; rows: readonly Row[]; none: string }) {
  const most = Math.max(...rows.map((row) => row.value), 1);
  return (
    <Card className="min-w-0">
      <CardHeader>
        <CardTitle>{title}</CardTitle>
        <span className="text-[13px] text-faint">{hint}</span>
      </CardHeader>
      {rows.length === 0 ? (
        <p className="px-4 py-6 text-center text-[13px] text-muted">{none}</p>
      ) : (
        <ol className="space-y-0.5 p-2">
          {rows.map((row) => (
            <li key={row.key} className="relative flex min-h-7 items-center justify-between gap-3 px-2 text-[13px]">
              <span
                aria-hidden
                className="absolute inset-y-0.5 left-0 rounded bg-accent-soft"
                style={{ width: `${(row.value / most) * 100}%` }}
              />
              <span className="relative min-w-0 truncate">{row.name}</span>
              <span className="tnum relative shrink-0">
                {row.note ? <span className="text-faint">{row.note} · </span> : null}
                <span className="font-medium">{figure(row.value)}</span>
              </span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

const SHOWN = 10;

/** Parts of the product by how much they are used. */
export function Features({ rows }: { rows: Analytics["features"] }) {
  const sorted = rows
    .map(({ feature, actions, page_views }) => ({
      key: feature,
      name: feature.charAt(0).toUpperCase() + feature.slice(1).replaceAll("-", " "),
      value: actions + page_views,
      note: [actions > 0 && countText(actions, "action"), page_views > 0 && countText(page_views, "view")]
        .filter(Boolean)
        .join(", "),
    }))
    .sort((a, b) => b.value - a.value)
    .slice(0, SHOWN);
  return <Ranking title="Features" hint="actions and page views" rows={sorted} none="No features used." />;
}

/** The most frequent actions. */
export function TopActions({ rows }: { rows: Analytics["top_actions"] }) {
  return (
    <Ranking
      title="Actions"
      hint="requests that change data"
      rows={rows.map(({ feature, action, count }) => ({
        key: `${feature} ${action}`,
        name: <code>{action}</code>,
        value: count,
      }))}
      none="No actions."
    />
  );
}

const PLATFORM: Record<Analytics["platforms"][number]["platform"], string> = {
  web: "Web",
  android: "Android",
  ios: "iOS",
  desktop: "Desktop",
  api: "API",
};
export const platformName = (platform: keyof typeof PLATFORM): string => PLATFORM[platform];

/** Sessions by the kind of client. */
export function Platforms({ rows }: { rows: Analytics["platforms"] }) {
  const total = rows.reduce((sum, row) => sum + row.sessions, 0);
  const shares = percentages(rows.map((row) => row.sessions));
  return (
    <Ranking
      title="Platforms"
      hint="share and number of sessions"
      rows={rows.map(({ platform, sessions }, index) => ({
        key: platform,
        name: platformName(platform),
        value: sessions,
        note: total > 0 ? `${shares[index]} %` : undefined,
      }))}
      none="No sessions."
    />
  );
}
