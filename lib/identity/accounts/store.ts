/** Users in the database, and the one-time setup nonce. */

import { setupStore } from "./setup/store";
import { createUserChanges } from "./store.changes";
import { userReads } from "./store.read";

/** @param acceptsPasswords  false while AUTH_PASSWORD is off */
export const createUserStore = (acceptsPasswords = true) => ({
  ...{ ...userReads, ...createUserChanges(acceptsPasswords), ...setupStore },
});

export type UserStore = ReturnType<typeof createUserStore>;
