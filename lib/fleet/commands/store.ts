/** The command table. What is written often goes through group commit; counters of the bot change in the same transaction. */
import { createDueCommands } from "./store.due";
import { createEnqueue } from "./store.enqueue.hot";
import { createLeases } from "./store.lease.hot";
import { createProgress } from "./store.progress";
import { createReader } from "./store.read";
import { createRetention } from "./store.retention";
import { createSettling } from "./store.settle.hot";
import { createShown } from "./store.shown.hot";

export const createCommandStore = () => ({
  ...createReader(),
  ...createEnqueue(),
  ...createLeases(),
  ...createSettling(),
  ...createProgress(),
  ...createShown(),
  ...createDueCommands(),
  ...createRetention(),
});

export type CommandStore = ReturnType<typeof createCommandStore>;
