/** The command queue: service, store and delivery wired together, one of each per process. */

import { bus, emit } from "@/lib/core/bus";
import { leaseNow as now } from "@/lib/core/clock";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import { type BotsRoom, botTeams } from "@/lib/fleet/bots";
import type { ManifestsRoom } from "@/lib/fleet/manifests";
import type { AccountsRoom } from "@/lib/identity/accounts";
import { createDelivery } from "./delivery/delivery";
import { createCommandService } from "./service";
import { createCommandStore } from "./store";
import { adoptCommands, moveCommands } from "./store.adoption";

/** The interval at which the sweep looks for due commands, with one indexed read. */
const SWEEP_MS = 1_000;

type Deps = Pick<BotsRoom, "bots" | "botInstances"> & Pick<ManifestsRoom, "manifests"> & Pick<AccountsRoom, "accounts">;

/** Builds the room. Call once per process. */
export function createCommands({ bots, botInstances, manifests, accounts }: Deps) {
  const delivery = createDelivery({ now });
  const service = createCommandService({
    store: createCommandStore(),
    delivery,
    bots,
    manifests,
    usernames: accounts.usernames,
    botTeams,
    emit,
    now,
    newId: () => newId("cmd"),
    others: bus.others,
    self: bus.id,
    gone: bus.gone,
    connectedElsewhere: botInstances.connectedElsewhere,
  });
  // A command may have been queued in any process; a long poll that waits in this one takes it.
  bus.on("command.queued", ({ command }) => {
    if (!command.dispatched_at) delivery.wake(command.bot_id);
  });
  bus.on("command.due", ({ bot_id }) => delivery.wake(bot_id));
  bus.on("command.settled", ({ command }) => void delivery.settled(command.bot_id, command.id));
  bus.on("command.offered", ({ command }, { remote }) => void (remote && delivery.offered(command)));
  bus.on("command.received", ({ bot_id, command_ids }, { remote }) => {
    if (remote) for (const id of command_ids) delivery.confirm(bot_id, id);
  });
  bus.on("bus.gap", delivery.forgetConfirmed);
  bus.on("bot.deleted", ({ bot }) => delivery.forget(bot.id));
  // Wake waiting polls, because they would announce their commands to the previous team.
  bus.on("bot.moved", ({ bot }) => delivery.wake(bot.id));
  bots.onPurge((botId) => service.purge(botId));
  bots.onAdopt(adoptCommands);
  bots.onRowsMove(moveCommands);

  // Run the sweep in every process: a due command must not wait until the death of another process is noticed.
  const sweep = jobs.every({ name: "commands.sweep", interval: SWEEP_MS, run: ({ signal }) => service.sweep(signal) });
  return { commands: service, commandJobs: background([sweep]) };
}

export type CommandsRoom = ReturnType<typeof createCommands>;

export { isFor } from "./delivery/unconfirmed";
export { commandStates, oldestWait, queueHead, recentFailures, recentReach, recentWaits } from "./store.joins";
export { endedSince, queuedSince } from "./store.recount";
export { newestSent } from "./store.sent";
export { countCommandTypes } from "./store.statistics";
