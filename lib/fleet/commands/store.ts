/** The command table. What is written often goes through group commit; counters of the bot change in the same transaction. */

import { createLeases } from "./handout/store.hot";
import { createDueCommands } from "./outcome/store.due";
import { createSettling } from "./outcome/store.hot";
import { createProgress } from "./outcome/store.progress";
import { createShown } from "./outcome/store.shown.hot";
import { createEnqueue } from "./send/store.hot";
import { createReader } from "./store.read";
import { createRetention } from "./store.retention";

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
