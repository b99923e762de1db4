/** Describes sign-ins and sign-ups to the audit log: their requests carry no credential that would name the person. */
import { accountTarget, describeAct } from "@/lib/core/acts";

type Account = { id: number; username: string };

/**
 * Names the account that a sign-in tries, or that a sign-up makes. Pass only an account that exists: a name that somebody typed may be a password
 * in the wrong field.
 */
export const noteTried = (user: Account): void => describeAct({ target: accountTarget(user) });

/** Names the person who has proved to own the account. */
export const noteProved = (user: Account): void =>
  describeAct({ by: { id: user.id, username: user.username }, target: accountTarget(user) });
