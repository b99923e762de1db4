import { forgetThisBrowser } from "@/lib/community/notifications/queries.browser";
import { signOut } from "@/lib/identity/accounts/queries";

/** Ends the session; this browser is then told nothing more. */
export const signOutHere = () => forgetThisBrowser().then(signOut);
