/** Status reports that bots send, and the uptime computed from them. */
import type { Actor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { type Clock, iso } from "@/lib/core/clock";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { Part } from "@/lib/fleet/bots/contract.shards";
import type { Presence } from "@/lib/fleet/bots/presence/presence";
import type { Access } from "@/lib/fleet/bots/service.access";
import type { BotStore } from "@/lib/fleet/bots/store";
import { uptime } from "./uptime";

type Deps = {
  store: Pick<BotStore, "find" | "history">;
  presence: Pick<Presence, "report">;
  access: Pick<Access, "reach" | "get" | "fresh" | "readRow">;
  /** Records the report of one part of a bot that runs as several programs. */
  reportPart(botId: string, part: Part, status: string): Promise<boolean>;
  emit: Emit;
  now: Clock;
};

const HOUR_MS = 3_600_000;
/** The number of time spans in the heartbeat bar. */
const SLOTS = 48;
const CHANGES_SHOWN = 200;

export function createReports({ store, presence, access, reportPart, emit, now }: Deps) {
  /** Announces a bot whose status changed without a report: because of its first heartbeat, or of a silence. */
  async function announceStatus(botId: string): Promise<void> {
    const row = await store.find(botId);
    if (row) emit("bot.status", { bot: access.fresh(row), data: {} });
  }

  return {
    announceStatus,

    /** Records a heartbeat with a status. Watchers are notified when the status changed or the report carries data. */
    async report(
      actor: Actor,
      botId: string,
      input: { status: string; data?: Record<string, unknown>; part?: Part | null },
    ): Promise<Bot> {
      await access.reach(actor, botId, "maintainer");
      if (actor.kind === "user") describeAct({ target: { type: "bot", id: botId }, after: { status: input.status } });
      if (input.part) await reportPart(botId, input.part, input.status);
      const hasChanged = !input.part && (await presence.report(botId, input.status));
      const bot = await access.get(actor, botId);
      if (hasChanged || input.data) emit("bot.status", { bot, data: input.data ?? {} });
      return bot;
    },

    /** Marks a bot offline because the bot itself asked for it. */
    async signOff(botId: string): Promise<void> {
      if (await presence.report(botId, "offline")) await announceStatus(botId);
    },

    async uptime(actor: Actor, botId: string, hours: number) {
      const { created_at } = await access.readRow(actor, botId, "viewer");
      const to = now();
      const from = to - hours * HOUR_MS;
      const changes = await store.history(botId, from);
      const shown = changes.filter((change) => change.at >= from).slice(-CHANGES_SHOWN);
      return {
        hours,
        ...uptime(changes, from, to, SLOTS, created_at),
        changes: shown.map(({ status, at }) => ({ status, at: iso(at) })),
      };
    },
  };
}
