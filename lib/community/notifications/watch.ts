/**
 * Notifies the teams of bots that go down and come back. A restart is no news, and a failing network takes down all bots
 * of a person at once. So bots that went down are collected for a while and then reported together. The process that
 * saw a bot go down keeps it in memory; after a restart of that process the bot's return is not reported.
 */
import type { Bot } from "@/lib/fleet/bots/contract";
import type { Telling } from "./rules";

type Deps = { graceMs: number; now(): number; tell(telling: Telling): void };
type Down = { name: string; team: number; status: string; at: number; isNotified: boolean };

const DOWN = /^(offline|error|failed|crashed|critical)$/;
/** The most bots that are remembered. Beyond it the oldest is forgotten. */
const MAX = 20_000;
const NAMES = 5;

const botUrl = (id: string) => `/dashboard/bots/${encodeURIComponent(id)}`;
const span = (ms: number): string =>
  ms < 90_000
    ? `${Math.round(ms / 1000)} s`
    : ms < 5_400_000
      ? `${Math.round(ms / 60_000)} min`
      : `${Math.round(ms / 3_600_000)} h`;

export function createBotWatch({ graceMs, now, tell }: Deps) {
  const down = new Map<string, Down>();

  return {
    /** Handles a bot's new status. `here`: this process announced it. */
    changed(bot: Bot, here: boolean): void {
      const known = down.get(bot.id);
      if (DOWN.test(bot.status)) {
        if (known || !here || bot.team_id === null || bot.last_active === null) return;
        down.set(bot.id, { name: bot.name, team: bot.team_id, status: bot.status, at: now(), isNotified: false });
        if (down.size > MAX) down.delete(down.keys().next().value as string);
        return;
      }
      down.delete(bot.id);
      if (known?.isNotified)
        tell({
          to: { bot: { id: bot.id, team_id: known.team }, sender: null },
          kind: "bot_offline",
          title: `${bot.name} is back`,
          body: `It was down for ${span(now() - known.at)}.`,
          url: botUrl(bot.id),
          group: `bot:${bot.id}`,
        });
    },

    forget: (botId: string): void => void down.delete(botId),

    /** Reports bots that have been down for the whole grace period, in one notification per team. */
    sweep(): void {
      const teams = new Map<number, [string, Down][]>();
      for (const [id, bot] of down) {
        if (bot.isNotified || now() - bot.at < graceMs) continue;
        bot.isNotified = true;
        teams.set(bot.team, [...(teams.get(bot.team) ?? []), [id, bot]]);
      }
      for (const [team_id, bots] of teams) {
        const [[id, first]] = bots as [[string, Down]];
        const more = bots.length - NAMES;
        const names = bots.slice(0, NAMES).map(([, { name, status }]) => `${name} (${status})`);
        tell({
          to: { bot: { id, team_id }, sender: null },
          kind: "bot_offline",
          title: bots.length === 1 ? `${first.name} is down` : `${bots.length} bots are down`,
          body:
            bots.length === 1
              ? first.status === "offline"
                ? "It went offline and has not come back."
                : `It reported the status ${first.status} and has not recovered.`
              : `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`,
          // The overview lists offline bots and those that report trouble.
          url: bots.length === 1 ? botUrl(id) : "/dashboard",
          priority: "high",
          ...(bots.length === 1 && { group: `bot:${id}` }),
        });
      }
    },
  };
}

export type BotWatch = ReturnType<typeof createBotWatch>;
