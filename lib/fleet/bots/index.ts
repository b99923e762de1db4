/** Bots: service, store and presence wired together, one of each per process. */
import { randomInt } from "node:crypto";
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import { hashToken, newToken, seal, unseal } from "@/lib/core/secrets";
import type { QuotasRoom } from "@/lib/identity/quotas";
import { createInstances } from "./instances/instances";
import { createBotJobs } from "./jobs";
import { createPresence } from "./presence/presence";
import { createParts } from "./reports/shards";
import { createPartStore } from "./reports/store.shards";
import { type BotService, createBotService } from "./service";
import { createBotStore } from "./store";

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
const newBotId = () => `bot_${Array.from({ length: 14 }, () => ALPHABET[randomInt(36)]).join("")}`;

/** Letters and digits that are not easily confused with one another. */
const CLAIM = "ABCDEFGHJKMNPQRTUVWXY346789";
const claimPart = () => Array.from({ length: 4 }, () => CLAIM[randomInt(CLAIM.length)]).join("");
const newClaimCode = () => `${claimPart()}-${claimPart()}`;

/** Builds the room. Call once per process. */
export function createBots({ quotas }: Pick<QuotasRoom, "quotas">) {
  const onError = (error: unknown) => logger.warn({ err: error }, "bots: a background chore failed; it runs again");
  const store = createBotStore();
  quotas.measure("bots", store.countOwned);
  const presence = createPresence({
    store,
    now,
    offlineAfterMs: env.BOT_OFFLINE_AFTER_S * 1000,
    changed: (botId) => void service.announceStatus(botId).catch(onError),
  });
  const service: BotService = createBotService({
    reportPart: (botId, part, word) => shards.report(botId, part, word),
    store,
    quotas,
    presence,
    emit,
    now,
    secrets: { newToken: () => newToken("mb"), newBotId, newClaimCode, hash: hashToken, seal, unseal },
  });
  // A change made by another process makes this process's caches stale, too.
  for (const fact of ["bot.deleted", "bot.token_changed", "bot.registered", "bot.adopted", "bot.moved"] as const)
    bus.on(fact, ({ bot }) => service.forget(bot.id));
  bus.on("bot.status", ({ bot }, { remote }) => {
    if (remote && bot.status === "offline") presence.forget(bot.id);
  });

  const shards = createParts({
    store: createPartStore(),
    presence,
    now,
    silentAfterMs: env.BOT_OFFLINE_AFTER_S * 1000,
    changed: (botId) => service.announceStatus(botId),
  });
  const instances = createInstances({
    partArrived: ({ bot_id }, part) => shards.arrived(bot_id, part),
    partsOf: shards.list,
    nextEpoch: store.nextEpoch,
    reach: service.reach,
    emit,
    now,
    silentAfterMs: env.BOT_OFFLINE_AFTER_S * 1000,
  });
  bus.on("bot.moved", ({ bot }) => instances.moved({ bot_id: bot.id, team_id: bot.team_id }));
  bus.on("bot.superseded", ({ bot_id, instances: gone, until }) => instances.supersede(bot_id, gone, until));
  for (const fact of ["bot.token_changed", "bot.deleted"] as const) bus.on(fact, ({ bot }) => instances.forget(bot.id));

  bus.on("bot.instance", (fact, { from }) => void (from && instances.heard(from, fact)));
  bus.on("bot.instances", (fact, { remote }) => void (remote && instances.announced(fact)));
  bus.on("bot.instances_here", (fact, { from }) => {
    if (!from) return;
    for (const one of fact.instances) instances.heard(from, { ...one, live: true });
    // Apply refusals that this process missed as if they had just been made, so that the sockets of refused programs
    // end here, too.
    for (const { bot_id, instance, until } of instances.unheard(fact))
      emit("bot.superseded", { bot_id, instances: [instance], until });
  });
  bus.on("bus.joined", ({ process }) => instances.joined(process));
  bus.on("bus.left", ({ process }) => instances.left(process));
  // The missed messages may include the fact that a bot went offline.
  bus.on("bus.gap", presence.forgetAll);

  const chores = createBotJobs({ jobs, service, presence, instances, shards });
  return {
    bots: service,
    botSockets: { connected: presence.connected, disconnected: presence.disconnected },
    botInstances: instances,
    botJobs: background(chores, { stop: presence.flush }),
  };
}

export type BotsRoom = ReturnType<typeof createBots>;

export type { Arrival } from "./instances/entries";
export {
  type BotScope,
  botExists,
  botsOf,
  botTags,
  countBots,
  deletingBots,
  existingBots,
  hiddenBots,
  isVisible,
  ownedBots,
  queuedBots,
} from "./joins";
export { uptime } from "./reports/uptime";
export {
  carryTokens,
  endTokensOf,
  giveBots,
  keepOwners,
  keepTagsLost,
  type PresentTag,
  type PresentToken,
  readTags,
  readTokens,
  unchangedBots,
} from "./store.carryover";
export { type Counter, countQueued, countSettled, createCounterRaise } from "./store.counters.hot";
export { readManifest, readManifests, writeManifest } from "./store.manifest";
export {
  type BotCounters,
  type BotNow,
  botCounters,
  botIds,
  botNames,
  botsByStatus,
  botTeams,
  countOnline,
  offlineBots,
  statusChanges,
  statusesBefore,
  teamBots,
} from "./store.readers";
export { botsAbove, lockBot, lowerCounters, readCounter } from "./store.shared";
export { clearShownSeq, readShownSeq, writeShownSeq } from "./store.shown.hot";
export { taggedBots } from "./tags/store";
export { botTotals } from "./totals";
