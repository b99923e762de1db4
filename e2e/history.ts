/** A history of an hour for charts, which a server that has just started does not have. */
import type { Page } from "@playwright/test";

const MINUTES = 60;
const GAP = { from: 8, to: 14 };
const SPIKE = { from: 41, to: 44 };

/** A steady curve without chance, so that pictures stay comparable. */
const wave = (minute: number, around: number) => Math.round(around * (1 + 0.4 * Math.sin(minute / 5)));
const isIn = (minute: number, { from, to }: typeof GAP) => minute >= from && minute < to;

function figureAt(name: string, minute: number, bots: number): number {
  const isSpike = isIn(minute, SPIKE);
  if (name === "online") return isSpike ? bots * 0.6 : bots;
  if (name === "logs.error") return isSpike ? wave(minute, 48) : minute % 7 === 3 ? 2 : 0;
  if (name === "commands.failed") return isSpike ? 4 : 0;
  if (name === "latency.done") return isSpike ? wave(minute, 900) : wave(minute, 120);
  const around = { "logs.info": 60, "logs.warning": 6, "logs.debug": 20, messages: 12, "commands.completed": 9 }[name];
  return around === undefined ? 0 : wave(minute, around);
}

/** Answers the page's requests for series with an hour that has a gap and a spike of errors. */
export async function giveHistory(page: Page): Promise<void> {
  await page.route("**/api/series?*", async (route) => {
    const query = new URL(route.request().url()).searchParams;
    const bot_id = query.get("bot_id");
    const end = Math.ceil(Date.now() / 60_000) * 60_000;
    const minutes = Array.from({ length: MINUTES }, (_, minute) => minute);
    const names = query.get("names")?.split(",") ?? [
      ...["online", "logs.error", "logs.warning", "logs.info", "logs.debug", "messages"],
      ...["commands.completed", "commands.failed", "latency.done", "metric.guilds"],
    ];
    const of = (name: string, times = 1) =>
      minutes.map((minute) => (isIn(minute, GAP) ? null : figureAt(name, minute, bot_id ? 1 : 11) * times));
    await route.fulfill({
      json: {
        bot_id,
        from: new Date(end - MINUTES * 60_000).toISOString(),
        to: new Date(end).toISOString(),
        step: "minute",
        step_seconds: 60,
        known: minutes.map((minute) => (isIn(minute, GAP) ? 0 : 1)),
        series: names.map((name) => ({
          name,
          values: of(name === "metric.guilds" ? "messages" : name),
          ...(name.startsWith("latency") && { p50: of(name), p95: of(name, 3) }),
          ...(name.startsWith("metric") && { max: of("messages", 1.2), min: of("messages"), last: of("messages") }),
        })),
      },
    });
  });
}
