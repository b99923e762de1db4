/** The bot table and its history, by subject. Statements of other rooms: joins.ts, store.readers.ts, store.shared.ts. */

import { createJoiningStore } from "./joining/store";
import { createRemovalStore } from "./removal/store";
import { createHistoryStore } from "./reports/store.history";
import { createChangeStore } from "./store.changes";
import { createHotStore } from "./store.hot";
import { createListStore } from "./store.list";

export const createBotStore = () => ({
  ...createHotStore(),
  ...createListStore(),
  ...createJoiningStore(),
  ...createChangeStore(),
  ...createRemovalStore(),
  ...createHistoryStore(),
});

export type BotStore = ReturnType<typeof createBotStore>;
