/**
 * Rules of step-up (OWASP ASVS 5: 7.5). Whether a proof is fresh is read from the database each time, not from the cached
 * actor, so that a proof given to one process counts at once in the others. Operations that ask are rare.
 */
import { type Actor, asSession, asUser } from "@/lib/core/actor";
import { type Clock, iso } from "@/lib/core/clock";
import type { Operation } from "@/lib/core/contract";
import { AppError, invalid } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import type { DirectoryAccounts } from "@/lib/identity/accounts/directory/service.sign-in";
import type { Challenge, PasskeyProof } from "@/lib/identity/accounts/passkeys/contract";
import type { PasskeyProofs } from "@/lib/identity/accounts/passkeys/service";
import type { PasskeyStore } from "@/lib/identity/accounts/passkeys/store";
import type { PasswordService } from "@/lib/identity/accounts/passwords/service";
import type { SecurityPolicy } from "@/lib/identity/accounts/second-factor/policy";
import { type CodeCheck, WRONG_CODE } from "@/lib/identity/accounts/second-factor/service";
import type { Throttle } from "@/lib/identity/accounts/sign-in/throttle";
import type { UserStore } from "@/lib/identity/accounts/store";
import type { UserRecord } from "@/lib/identity/accounts/store.rows";
import { type StepUpWay, stepUp } from "./contract";
import type { ProofState, ProofStore } from "./store";

/** A proof is fresh for fifteen minutes. */
const FRESH_MS = 900_000;

type Deps = {
  /** Whether people can sign in with a password. Where they cannot, a password proves nothing either. */
  acceptsPasswords: boolean;
  users: Pick<UserStore, "find">;
  proofs: ProofStore;
  passkeys: Pick<PasskeyStore, "list">;
  confirm: PasswordService["confirm"];
  directory?: Pick<DirectoryAccounts, "isLinked">;
  throttle: Pick<Throttle, "guard">;
  policy: () => Promise<Pick<SecurityPolicy, "require_proof_of_everyone">>;
  now: Clock;
} & Pick<CodeCheck, "check"> &
  PasskeyProofs;

const ended = () => new AppError("UNAUTHORIZED", "This session has ended: sign in again");

const purposeOf = (session_id: string) => ({ use: "step-up", holder: session_id }) as const;

function waysOf({ hasPassword, hasApp, hasPasskey }: ProofState): StepUpWay[] {
  const ways: StepUpWay[] = [];
  if (hasPassword) ways.push("password");
  if (hasPassword && (hasApp || hasPasskey)) ways.push("otp");
  if (hasPasskey) ways.push("passkey");
  return ways.length > 0 ? ways : ["sign_in"];
}

function refusal(ways: StepUpWay[]): AppError {
  const how = ways.includes("sign_in")
    ? "sign out and in again"
    : `prove it by POST ${stepUp.path} with ${[
        ...(ways.includes("password") ? [ways.includes("otp") ? "your password and a code" : "your password"] : []),
        ...(ways.includes("passkey") ? ["a passkey"] : []),
      ].join(" or ")}`;
  const details = { ways, path: stepUp.path };
  return new AppError("STEP_UP_REQUIRED", `This needs a proof that it is you, at most 15 minutes old: ${how}`, details);
}

/** Returns whether the account has a password that proves its owner: one of this server, or the directory's. */
const provesByPassword = async (
  { acceptsPasswords, directory }: Pick<Deps, "acceptsPasswords" | "directory">,
  userId: number,
  hasPassword: boolean,
): Promise<boolean> => (hasPassword && acceptsPasswords) || Boolean(await directory?.isLinked(userId));

function createDemand(deps: Deps) {
  const { proofs, policy, now } = deps;
  /** Documents' calls ask only people with a second factor, unless the policy says everyone. */
  const isSpared = async ({ hasApp, hasPasskey }: ProofState): Promise<boolean> =>
    !hasApp && !hasPasskey && !(await policy()).require_proof_of_everyone;
  return {
    /**
     * Refuses an operation that needs a fresh proof to a session that has none.
     *
     * @throws AppError STEP_UP_REQUIRED naming the ways to give one; FORBIDDEN for an API key where only a person may call
     */
    async demandProof(actor: Actor, { proof, document }: Pick<Operation, "proof" | "document">): Promise<void> {
      if (actor.kind !== "user" || proof === undefined) return;
      if (actor.session_id === undefined) {
        if (proof === "session") asSession(actor);
        return;
      }
      const state = await proofs.find(actor.session_id);
      if (!state) throw ended();
      if (now() - state.proved_at <= FRESH_MS) return;
      if (document !== "muster" && (await isSpared(state))) return;
      const hasPassword = await provesByPassword(deps, actor.user_id, state.hasPassword);
      throw refusal(waysOf({ ...state, hasPassword }));
    },
  };
}

export function createStepUp(deps: Deps) {
  const { users, confirm, proofs, passkeys, challenge, now } = deps;
  const { demandProof } = createDemand(deps);
  return {
    demandProof,

    /**
     * Confirms an action of the caller by the account's password. An account without a password has the fresh proof of
     * its session instead, because its owner signed in by a provider or a passkey; so has every account where passwords
     * are off.
     *
     * @throws AppError INVALID_INPUT     the password is missing or wrong
     * @throws AppError RATE_LIMITED      after too many wrong passwords
     * @throws AppError STEP_UP_REQUIRED  without a password and without a fresh proof
     * @throws AppError FORBIDDEN         without a password, for an API key
     */
    async confirmOwner(actor: Actor, password: string | undefined): Promise<UserRecord> {
      const user = await users.find(asUser(actor, "admin").user_id);
      if (!user) throw ended();
      if (!(await provesByPassword(deps, user.id, user.password_hash !== null))) {
        await demandProof(actor, { proof: "session", document: "muster" });
        return user;
      }
      if (password === undefined) throw invalid("password", "is required, because this account has a password");
      return confirm(actor, password, "password");
    },

    /** A challenge for the caller's passkeys. @throws AppError CONFLICT without one */
    async startStepUp(actor: Actor): Promise<Challenge> {
      const { user_id, session_id } = asSession(actor);
      const own = await passkeys.list(user_id);
      if (own.length === 0) throw new AppError("CONFLICT", "You have no passkey: send your password instead");
      return challenge(purposeOf(session_id), own);
    },

    /** @throws AppError INVALID_INPUT naming the field that is wrong; RATE_LIMITED after too many failures */
    async stepUp(actor: Actor, given: { password?: string; otp?: string; passkey?: PasskeyProof }) {
      const { session_id } = asSession(actor);
      try {
        await (given.passkey ? proveByPasskey(deps, actor, given.passkey) : proveByPassword(deps, actor, given));
      } catch (error) {
        logSecurity("step_up_failed", actorFields(actor));
        throw error;
      }
      const at = now();
      if (!(await proofs.prove(session_id, at))) throw ended();
      logSecurity("step_up", { ...actorFields(actor), passkey: given.passkey !== undefined });
      return { success: true as const, valid_until: iso(at + FRESH_MS) };
    },
  };
}

async function proveByPasskey({ prove }: Deps, actor: Actor, proof: PasskeyProof): Promise<void> {
  const { user_id, session_id } = asSession(actor);
  const found = await prove(purposeOf(session_id), proof);
  if ("refusal" in found) throw invalid("passkey", found.refusal!);
  if (found.user.id !== user_id) throw invalid("passkey", "this passkey belongs to another account");
}

async function proveByPassword(
  { confirm, check, throttle }: Deps,
  actor: Actor,
  { password = "", otp }: { password?: string; otp?: string },
): Promise<void> {
  const { id } = await confirm(actor, password, "password");
  if (otp === undefined) {
    if ((await check(id, undefined)) === "off") return;
    throw invalid("otp", "is needed too: send a code of the authenticator app, or a recovery code");
  }
  if (!(await throttle.guard({ code: id }, async () => (await check(id, otp)) !== "wrong")))
    throw invalid("otp", WRONG_CODE);
}

export type StepUp = ReturnType<typeof createStepUp>;
