/** The bot table and its history, by subject. Statements of other rooms: joins.ts, store.readers.ts, store.shared.ts. */
import { createChangeStore } from "./store.changes";
import { createHistoryStore } from "./store.history";
import { createHotStore } from "./store.hot";
import { createJoiningStore } from "./store.joining";
import { createListStore } from "./store.list";
import { createRemovalStore } from "./store.removal";

export const createBotStore = () => ({
  ...createHotStore(),
  ...createListStore(),
  ...createJoiningStore(),
  ...createChangeStore(),
  ...createRemovalStore(),
  ...createHistoryStore(),
});

export type BotStore = ReturnType<typeof createBotStore>;
