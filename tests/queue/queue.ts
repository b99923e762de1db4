/** The command queue on the open database, for tests of its rules: a bot of user 1, a clock to move, bots that are played. */
import { vi } from "vitest";
import type { BotActor, UserActor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { db } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import type { Bot } from "@/lib/fleet/bots/contract";
import { createDelivery } from "@/lib/fleet/commands/delivery/delivery";
import { createCommandService } from "@/lib/fleet/commands/service";
import type { Deps } from "@/lib/fleet/commands/service.deps";
import { createCommandStore } from "@/lib/fleet/commands/store";
import { aStoredBot } from "@/tests/db/rooms";

export const NOON = Date.parse("2026-01-01T12:00:00.000Z");
export const owner: UserActor = {
  kind: "user",
  user_id: 1,
  username: "ada",
  email: "ada@example.org",
  fullname: "",
  role: "user",
  scope: "admin",
  created_at: iso(NOON),
};
export const never = new AbortController().signal;

/** A bot as the console shows it, which has not been online. */
const offline = (id: string) =>
  ({ id, status: "offline", status_since: iso(NOON), last_active: null, created_at: iso(NOON) }) as Bot;

export type Queue = Awaited<ReturnType<typeof aQueue>>;

/** `bot`: an existing bot, as for another process; the other fields are used in place of the usual fakes. */
type Fakes = Partial<Omit<Deps, "bots">> & { bots?: Partial<Deps["bots"]>; bot?: BotActor };
export async function aQueue({ bots, bot: known, ...fakes }: Fakes = {}) {
  const id = known?.bot_id ?? (await aStoredBot({ status_since: NOON, created_at: NOON }));
  const bot: BotActor = { kind: "bot", bot_id: id, team_id: 1, unclaimed: false };
  const world = { at: NOON, isConnected: false };
  const now = () => world.at;
  const store = createCommandStore();
  const delivery = createDelivery({ now });
  const emit = vi.fn();
  const service = createCommandService({
    ...{ store, delivery, emit, now, newId: () => newId("cmd"), self: "here", gone: async (processes) => processes },
    manifests: { check: () => undefined, newBatch: () => ({ left: 0, verdicts: new Map() }) },
    bots: {
      async reach(actor, botId) {
        const isOwn = actor.kind === "bot" ? actor.bot_id === botId : actor.kind === "user" && actor.user_id === 1;
        if (!isOwn) throw new AppError("NOT_FOUND", "No such bot");
        return { id: botId, team_id: 1 };
      },
      seen: () => {},
      hasSocket: () => world.isConnected,
      get: async (_, botId) => offline(botId),
      list: async () => ({ bots: [offline(id)], count: 1, next_cursor: null }),
      ...bots,
    },
    ...fakes,
  });
  return {
    ...{ world, bot, store, delivery, emit, service },
    send: (over: object = {}) => service.send(owner, { bot_id: id, type: "ping", payload: {}, ...over }),
    poll: (query = {}, signal = never) =>
      service.pending(bot, id, { limit: 10, wait: 0, lease: 300, ...query }, () => signal),
    ack: (command_id: string, over = {}, actor: BotActor | UserActor = bot) =>
      service.acknowledge(actor, { command_id, status: "completed", result: {}, ...over }),
    /** The bot's counters of commands: total, pending, completed, failed. */
    counters: async () =>
      (
        await db().all<Record<"t" | "p" | "c" | "f", number>>(
          "SELECT total_commands AS t, pending_commands AS p, completed_commands AS c, failed_commands AS f FROM bot WHERE id = $1",
          [id],
        )
      )[0],
  };
}
