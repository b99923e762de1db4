/**
 * Rules of changing an account's email address. The link in the new mailbox makes the change; the old mailbox gets a
 * notice before and after it, whose link takes the change back (notices/service.ts).
 */

import { type Actor, asSession, asUser } from "@/lib/core/actor";
import { accountTarget, describeAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { type Clock, iso } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { Email } from "@/lib/identity/accounts/contract.shapes";
import type { NoticeLinks } from "@/lib/identity/accounts/notices/service";
import type { StepUp } from "@/lib/identity/accounts/step-up/service";
import type { UserStore } from "@/lib/identity/accounts/store";
import type { UserRecord } from "@/lib/identity/accounts/store.rows";
import { type PendingAddress, startEmailChange } from "./contract";
import { type Letters, sendConfirmation, sendMoved, sendRequested, sendTaken } from "./mail";
import type { AddressStore, StoredChange } from "./store";

const HOUR_MS = 3_600_000;
const LINK_MS = 24 * HOUR_MS;
/** The most changes that an account may begin within an hour. */
const MAX_CHANGES = 3;

type Deps = Letters & {
  users: Pick<UserStore, "find" | "findByLogin">;
  addresses: Omit<AddressStore, "sweep">;
  noticeLink: NoticeLinks["noticeLink"];
  demandProof: StepUp["demandProof"];
  sendsMail: () => boolean;
  emit: Emit;
  now: Clock;
  newId: (prefix: string) => string;
  newToken: () => string;
  hash: (token: string) => string;
};

const toPending = ({ email, created_at, expires_at }: StoredChange): PendingAddress => ({
  email,
  requested_at: iso(created_at),
  expires_at: iso(expires_at),
});

const tooMany = () =>
  new AppError("RATE_LIMITED", "You can request three changes of address an hour; try again later", undefined, 1200);

/** Mails the link to the new address, or a notice to its owner. @returns false when the address was sent too many mails */
async function sendLink(deps: Deps, user: UserRecord, link: { to: string; token: string; expiresAt: number }) {
  const owner = await deps.users.findByLogin(link.to);
  return owner ? sendTaken(deps, owner) : sendConfirmation(deps, user, link);
}

async function begin(deps: Deps, actor: Actor, email: string): Promise<PendingAddress> {
  const { addresses, now } = deps;
  const user = await deps.users.find(asSession(actor).user_id);
  if (!user) throw new AppError("UNAUTHORIZED", "This account no longer exists");
  if (email.toLowerCase() === user.email.toLowerCase()) throw invalid("email", "is your address already");
  const [at, token] = [now(), deps.newToken()];
  const change = { email, created_at: at, expires_at: at + LINK_MS };
  const row = { id: deps.newId("eml"), user_id: user.id, token_hash: deps.hash(token), ...change };
  describeAct({ target: accountTarget(user), before: { email: user.email }, after: { email } });
  if (!(await addresses.begin(row, { max: MAX_CHANGES, since: at - HOUR_MS }))) throw tooMany();
  if (!(await sendLink(deps, user, { to: email, token, expiresAt: change.expires_at }))) {
    await addresses.cancel(user.id, now());
    throw tooMany();
  }
  await sendRequested(deps, user, email, await deps.noticeLink(user.id, user.email));
  logSecurity("email_change_requested", actorFields(actor));
  return toPending(change);
}

export function createAddressService(deps: Deps) {
  const { users, addresses, emit, now } = deps;
  return {
    /** Returns the caller's address, and the one that waits for its confirmation. */
    async emailAddress(actor: Actor) {
      const { user_id } = asUser(actor);
      const [user, change] = await Promise.all([users.find(user_id), addresses.pending(user_id, now())]);
      if (!user) throw new AppError("UNAUTHORIZED", "This account no longer exists");
      const verified = user.email_verified !== null || !deps.sendsMail();
      return { email: user.email, verified, pending: change && toPending(change) };
    },

    /**
     * Begins a change of the caller's address.
     *
     * @throws AppError FORBIDDEN      for an API key
     * @throws AppError INVALID_INPUT  it is the caller's address already
     * @throws AppError RATE_LIMITED   three were begun within the hour, or the address was sent as many mails
     */
    async startEmailChange(actor: Actor, email: string): Promise<{ pending: PendingAddress; message: string }> {
      const pending = await begin(deps, actor, email);
      const message = deps.sendsMail()
        ? `Open the link that was sent to ${email} to confirm it`
        : "This server sends no mail. The link is in the server's outbox folder: ask an admin for it";
      return { pending, message };
    },

    /**
     * Prepares a change that arrives in a profile's form (document 000). It asks everyone for a fresh proof: whoever
     * changes the address can reset the password.
     *
     * @returns the address as it will be stored
     * @throws AppError STEP_UP_REQUIRED, FORBIDDEN, INVALID_INPUT
     */
    async admitAddress(actor: Actor, text: string): Promise<string> {
      await deps.demandProof(actor, startEmailChange);
      const { data, error } = Email.safeParse(text);
      if (error) throw invalid("email", error.issues[0]!.message);
      return data;
    },

    /** Ends the change that waits; does nothing when none does. */
    async cancelEmailChange(actor: Actor): Promise<void> {
      const { user_id, username } = asUser(actor, "admin");
      const change = await addresses.pending(user_id, now());
      describeAct({
        target: accountTarget({ id: user_id, username }),
        before: { pending_email: change?.email ?? null },
      });
      if (await addresses.cancel(user_id, now())) logSecurity("email_change_cancelled", actorFields(actor));
    },

    /**
     * Makes the change that a link was mailed for: once, within 24 hours.
     *
     * @throws AppError INVALID_INPUT  the link is unknown, used, cancelled or expired, or the address is taken by now
     */
    async confirmEmailChange(token: string): Promise<{ username: string; email: string }> {
      const moved = await addresses.confirm(deps.hash(token), now());
      if (moved === "taken") throw invalid("token", "another account has this address now; choose another one");
      if (!moved) throw invalid("token", "this link is not valid any more; request the change again");
      const { user, before } = moved;
      emit("account.secured", { user_id: user.id, change: "email", name: user.email });
      logSecurity("email_changed", { user_id: user.id, username: user.username });
      await sendMoved(deps, before, user.email, await deps.noticeLink(user.id, before.email));
      return { username: user.username, email: user.email };
    },
  };
}

export type AddressService = ReturnType<typeof createAddressService>;
