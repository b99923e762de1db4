/** Users in the database, and the one-time setup nonce. */
import { userChanges } from "./store.changes";
import { userReads } from "./store.read";
import { setupStore } from "./store.setup";

export const createUserStore = () => ({ ...userReads, ...userChanges, ...setupStore });

export type UserStore = ReturnType<typeof createUserStore>;
