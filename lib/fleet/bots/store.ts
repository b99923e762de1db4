/**
 * The store of the bot table and its history, split by subject. Statements for other rooms are in joins.ts,
 * store.readers.ts and store.shared.ts.
 */

import { createJoiningStore } from "./joining/store";
import { createRemovalStore } from "./removal/store";
import { createHistoryStore } from "./reports/store.history";
import { createChangeStore } from "./store.changes";
import { createHotStore } from "./store.hot";
import { createListStore } from "./store.list";
import { createTagStore } from "./tags/store";
import { createTransferStore } from "./transfer/store";

export const createBotStore = () => ({
  ...createHotStore(),
  ...createListStore(),
  ...createJoiningStore(),
  ...createChangeStore(),
  ...createRemovalStore(),
  ...createTransferStore(),
  ...createHistoryStore(),
  ...createTagStore(),
});

export type BotStore = ReturnType<typeof createBotStore>;
