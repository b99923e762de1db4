import { forgetThisBrowser } from "@/lib/community/notifications/queries.browser";
import { signOut } from "@/lib/identity/accounts/queries";

/** Ends the session and stops notifications to this browser. */
export const signOutHere = () => forgetThisBrowser().then(() => signOut());
