/** The command table. Frequent writes go through group commit; the bot's counters change in the same transaction. */

import { createLeases } from "./handout/store.hot";
import { createInheritance } from "./handout/store.inherit.hot";
import { createMovedLeases } from "./handout/store.moved";
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
  ...createInheritance(),
  ...createMovedLeases(),
  ...createSettling(),
  ...createProgress(),
  ...createShown(),
  ...createDueCommands(),
  ...createRetention(),
});

export type CommandStore = ReturnType<typeof createCommandStore>;
