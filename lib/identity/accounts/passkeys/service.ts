/** Rules of passkeys: a person's own, and signing in with one. */

import { type Actor, asSession, asUser } from "@/lib/core/actor";
import { accountTarget, describeAct, describeUpdate, withoutAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { type Clock, iso, isoOrNull } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import type { Codes } from "@/lib/identity/accounts/second-factor/codes";
import type { Client, Sessions, SignedIn } from "@/lib/identity/accounts/service.sessions";
import type { Devices } from "@/lib/identity/accounts/sign-in/devices";
import { onlyWay } from "@/lib/identity/accounts/sign-in/gate";
import { noteProved, noteTried } from "@/lib/identity/accounts/sign-in/record";
import type { UserStore } from "@/lib/identity/accounts/store";
import type { Challenges, Purpose } from "./challenges";
import type { Challenge, NewCredential, Passkey, PasskeyProof } from "./contract";
import type { PasskeyStore, StoredPasskey } from "./store";
import {
  assertionOptions,
  type RelyingParty,
  registrationOptions,
  relyingPartyOf,
  verifyAssertion,
  verifyRegistration,
} from "./webauthn";

const MAX_PASSKEYS = 20;

export type ProofDeps = {
  passkeys: Pick<PasskeyStore, "list" | "byCredential" | "use">;
  challenges: Challenges;
  now: Clock;
  publicUrl: string;
};
type Deps = ProofDeps & {
  /** Whether people can sign in with a password. */
  acceptsPasswords: boolean;
  passkeys: Pick<PasskeyStore, "add" | "rename" | "remove">;
  users: Pick<UserStore, "find">;
  devices: Pick<Devices, "recognise" | "issue">;
  newCodes: Codes["newCodes"];
  start: Sessions["start"];
  emit: Emit;
  newId: (prefix: string) => string;
  sign: (text: string) => string;
};

const toPasskey = (row: StoredPasskey): Passkey => ({
  id: row.id,
  name: row.name,
  synced: row.is_synced === 1,
  created_at: iso(row.created_at),
  last_used_at: isoOrNull(row.last_used_at),
});

/** @throws AppError CONFLICT where browsers allow no passkeys */
function demandParty(publicUrl: string): RelyingParty {
  const party = relyingPartyOf(publicUrl);
  if (party) return party;
  throw new AppError(
    "CONFLICT",
    "Passkeys need a server with a domain name and HTTPS: an admin sets PUBLIC_URL to the address in the browser",
  );
}

const tooLate = "this took too long or was begun in another browser or session: try again";

/** Checks the answers of passkeys to challenges. */
export function createPasskeyProofs({ passkeys, challenges, now, publicUrl }: ProofDeps) {
  return {
    /** Issues a challenge. Without `keys` any passkey of this server may answer it. */
    async challenge(purpose: Purpose, keys?: StoredPasskey[]): Promise<Challenge> {
      const party = demandParty(publicUrl);
      const { challenge, ticket } = challenges.issue(purpose);
      return { success: true, ticket, options: await assertionOptions(party, challenge, keys) };
    },

    /**
     * Returns the passkey that answered and its owner, or why the answer is refused. An accepted answer cannot be used
     * again.
     */
    async prove(purpose: Purpose, { ticket, credential }: PasskeyProof) {
      const party = demandParty(publicUrl);
      const challenge = challenges.read(purpose, ticket);
      if (challenge === undefined) return { refusal: tooLate, user: null };
      const found = await passkeys.byCredential(credential.id);
      if (!found) return { refusal: "this passkey belongs to no account here: it may have been removed", user: null };
      const { userHandle } = credential.response;
      const isOwners = userHandle === undefined || userHandle === found.passkey.user_handle;
      const seen = isOwners ? await verifyAssertion(party, challenge, found.passkey, credential) : undefined;
      const isNew = seen && (await challenges.spend(challenge)) && (await passkeys.use(found.passkey.id, seen, now()));
      return isNew ? found : { refusal: "this passkey could not be verified: try again", user: found.user };
    },
  };
}

export type PasskeyProofs = ReturnType<typeof createPasskeyProofs>;

export const createPasskeys = (deps: Deps & PasskeyProofs) => ({
  ...createOwnPasskeys(deps),
  ...createPasskeySignIn(deps),
});

const registrationBy = (session_id: string): Purpose => ({ use: "registration", holder: session_id });

function createOwnPasskeys(deps: Deps) {
  const { acceptsPasswords, passkeys, emit } = deps;
  return {
    /** Returns whether browsers can use passkeys at this server's address. */
    hasPasskeys: (): boolean => relyingPartyOf(deps.publicUrl) !== null,

    /** The caller's passkeys. */
    async passkeys(actor: Actor) {
      const rows = await passkeys.list(asUser(actor).user_id);
      return { passkeys: rows.map(toPasskey), count: rows.length, available: relyingPartyOf(deps.publicUrl) !== null };
    },

    /** Begins to add a passkey. @throws AppError CONFLICT where browsers allow no passkeys */
    async startPasskey(actor: Actor): Promise<Challenge> {
      const { user_id, session_id } = asSession(actor);
      const party = demandParty(deps.publicUrl);
      const user = await deps.users.find(user_id);
      if (!user) throw new AppError("UNAUTHORIZED", "This account no longer exists");
      describeAct({ target: accountTarget(user) });
      const { challenge, ticket } = deps.challenges.issue(registrationBy(session_id));
      const handle = deps.sign(`handle:${user.id}:${user.created_at}`);
      const options = await registrationOptions(party, challenge, { ...user, handle }, await passkeys.list(user_id));
      return { success: true, ticket, options };
    },

    addPasskey: (actor: Actor, input: NewPasskey) => addPasskey(deps, actor, input),

    /** @throws AppError NOT_FOUND for anybody else's too */
    async renamePasskey(actor: Actor, id: string, { name }: { name: string }): Promise<Passkey> {
      const { user_id } = asSession(actor);
      const before = (await passkeys.list(user_id)).find((one) => one.id === id);
      describeUpdate({ type: "passkey", id, name: before?.name }, before ?? {}, { name });
      const row = await passkeys.rename(user_id, id, name);
      if (!row) throw noPasskey(id);
      return toPasskey(row);
    },

    /** @throws AppError NOT_FOUND for anybody else's too; CONFLICT for the only way into the account */
    async removePasskey(actor: Actor, id: string): Promise<void> {
      const { user_id } = asSession(actor);
      const passkey = (await passkeys.list(user_id)).find((one) => one.id === id);
      describeAct({ target: { type: "passkey", id, name: passkey?.name }, before: { name: passkey?.name } });
      const outcome = await passkeys.remove(user_id, id, acceptsPasswords);
      if (outcome === "none") throw noPasskey(id);
      if (outcome === "only-way") throw onlyWay(acceptsPasswords);
      emit("account.secured", { user_id, change: "passkey_removed", name: outcome.name });
      logSecurity("passkey_removed", { ...actorFields(actor), passkey_id: id });
    },
  };
}

const noPasskey = (id: string) => new AppError("NOT_FOUND", `You have no passkey ${id}`);

type NewPasskey = { name: string; ticket: string; credential: NewCredential };

/**
 * Adds a passkey.
 *
 * @throws AppError INVALID_INPUT  the answer does not fit the challenge
 * @throws AppError CONFLICT       the passkey is stored already, or the account has as many as one may have
 */
async function addPasskey(deps: Deps, actor: Actor, { name, ticket, credential }: NewPasskey) {
  const { challenges, passkeys, now } = deps;
  const { user_id, session_id } = asSession(actor);
  const party = demandParty(deps.publicUrl);
  const user = await deps.users.find(user_id);
  if (!user) throw new AppError("UNAUTHORIZED", "This account no longer exists");
  const challenge = challenges.read(registrationBy(session_id), ticket);
  if (challenge === undefined) throw invalid("ticket", tooLate);
  const key = await verifyRegistration(party, challenge, credential);
  if (!key || !(await withoutAct(() => challenges.spend(challenge))))
    throw invalid("credential", "could not be verified: try again");
  const { recovery_codes, hashes } = deps.newCodes(user_id);
  const passkey = {
    ...{ id: deps.newId("pk"), user_id, name, ...key, created_at: now(), last_used_at: null },
    user_handle: deps.sign(`handle:${user.id}:${user.created_at}`),
  };
  describeAct({ target: { type: "passkey", id: passkey.id, name }, after: { name } });
  const outcome = await passkeys.add(passkey, hashes, MAX_PASSKEYS);
  if (outcome === "known") throw new AppError("CONFLICT", "This passkey is stored already");
  if (outcome === "full")
    throw new AppError("CONFLICT", `You have ${MAX_PASSKEYS} passkeys, which is the limit; remove one first`);
  deps.emit("account.secured", { user_id, change: "passkey_added", name });
  logSecurity("passkey_added", { ...actorFields(actor), passkey_id: passkey.id });
  return { passkey: toPasskey(passkey), recovery_codes: outcome === "first" ? recovery_codes : null };
}

function createPasskeySignIn({ challenge, prove, start }: Deps & PasskeyProofs) {
  const by = (browser: string): Purpose => ({ use: "sign-in", holder: browser });
  return {
    /** A challenge that the passkey of any account may answer, in this browser. */
    startPasskeySignIn: (browser: string): Promise<Challenge> => challenge(by(browser)),

    /** @throws AppError UNAUTHORIZED  the answer does not fit the challenge, or the account is deactivated */
    async signInWithPasskey(proof: PasskeyProof, browser: string, client: Client): Promise<SignedIn> {
      const found = await withoutAct(() => prove(by(browser), proof));
      if (found.user) noteTried(found.user);
      if ("refusal" in found) {
        logSecurity("sign_in_failed", { user_id: null, username: null, address: client.ip, passkey: "refused" });
        throw new AppError("UNAUTHORIZED", `passkey: ${found.refusal}`);
      }
      const { user } = found;
      if (!user.is_active) throw new AppError("UNAUTHORIZED", "This account is deactivated: ask an admin");
      noteProved(user);
      return start(user, client, "Login successful");
    },
  };
}
