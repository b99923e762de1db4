import { signOut } from "@/lib/accounts/queries";
import { forgetThisBrowser } from "@/lib/notifications/queries.browser";

/** Ends the session; this browser is then told nothing more. */
export const signOutHere = () => forgetThisBrowser().then(signOut);
