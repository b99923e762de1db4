/** The command queue: service, store and delivery wired together, one of each per process. */
import { bots } from "@/lib/bots";
import { bus, emit } from "@/lib/bus";
import { now } from "@/lib/clock";
import { newId } from "@/lib/ids";
import { singleton } from "@/lib/singleton";
import { createDelivery } from "./delivery";
import { type CommandService, createCommandService } from "./service";
import { createCommandStore } from "./store";

export const commands: CommandService = singleton("commands", () => {
  const delivery = createDelivery({ now });
  const service = createCommandService({
    store: createCommandStore(),
    delivery,
    bots,
    emit,
    now,
    newId: () => newId("cmd"),
  });
  // Queued in whichever process: a long poll waiting in this one takes it.
  bus.on("command.queued", ({ command }) => {
    if (!command.dispatched_at) delivery.wake(command.bot_id);
  });
  bus.on("command.settled", ({ command }) => void delivery.settled(command.bot_id, command.id));
  bots.onPurge((botId) => service.purge(botId));
  return service;
});
