/** Users in the database, and the one-time setup nonce. */

import { setupStore } from "./setup/store";
import { userChanges } from "./store.changes";
import { userReads } from "./store.read";

export const createUserStore = () => ({ ...userReads, ...userChanges, ...setupStore });

export type UserStore = ReturnType<typeof createUserStore>;
