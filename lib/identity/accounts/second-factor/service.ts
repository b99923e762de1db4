/**
 * Rules of the second factor: setting it up, replacing its recovery codes, turning it off, and checking the code of a
 * sign-in. API keys and bots' tokens never need a code.
 */
import { type Actor, asAdmin, asSession, asUser } from "@/lib/core/actor";
import { accountTarget, describeAct, withoutAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { type Clock, isoOrNull } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { logger } from "@/lib/core/log/logger";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { findNamed, type LookupDeps, noUser } from "@/lib/identity/accounts/service.lookups";
import type { Throttle } from "@/lib/identity/accounts/sign-in/throttle";
import type { UserRecord } from "@/lib/identity/accounts/store.rows";
import { type Codes, compact, newSecret, stepOf, uriOf } from "./codes";
import type { SecondFactor, SecondWay } from "./contract";
import type { SecondFactorStore } from "./store";

const ISSUER = "Muster";

export type CheckDeps = {
  factors: Pick<SecondFactorStore, "find" | "countPasskeys" | "countCodes" | "spendStep" | "spendCode">;
  emit: Emit;
  now: Clock;
  unseal: (sealed: string) => string;
  hashOf: Codes["hashOf"];
};
type Deps = CheckDeps &
  LookupDeps & {
    factors: Pick<SecondFactorStore, "begin" | "confirm" | "replaceCodes" | "remove" | "reset">;
    newCodes: Codes["newCodes"];
    /** Confirms by the password, or by a fresh proof where the account has none (`StepUp["confirmOwner"]`). */
    confirmOwner: (actor: Actor, password: string | undefined) => Promise<UserRecord>;
    throttle: Pick<Throttle, "guard">;
    seal: (text: string) => string;
  };
type Proof = { password?: string; otp: string };

export const WRONG_CODE = "is wrong, too old, or was used already";
/** The refusal of a sign-in whose code is wrong. */
export const wrongCode = () => new AppError("UNAUTHORIZED", `otp: ${WRONG_CODE}`, { field: "otp" });
const notOn = () => new AppError("CONFLICT", "Two-factor authentication is off for this account");

/** The time step of the app's code; undefined also when the secret was sealed with another server's key. */
function appStep(unseal: CheckDeps["unseal"], sealed: string, code: string, at: number): number | undefined {
  try {
    return stepOf(unseal(sealed), code, at);
  } catch (error) {
    logger.warn({ err: error }, "an authenticator's secret cannot be read: was SECRET_KEY changed?");
    return undefined;
  }
}

type Checked = "off" | "missing" | "right" | "wrong";

/** Checks one-time codes, at sign-ins and where a person confirms a change. */
export function createCodeCheck(deps: CheckDeps) {
  const { factors, now, unseal, emit, hashOf } = deps;
  return {
    /** The ways in which the account can prove a second factor now. */
    async ways(userId: number): Promise<SecondWay[]> {
      const factor = await factors.find(userId);
      const open: [SecondWay, boolean][] = [
        ["authenticator", Boolean(factor?.confirmed_at)],
        ["passkey", (await factors.countPasskeys(userId)) > 0],
        ["recovery_code", (await factors.countCodes(userId)) > 0],
      ];
      return open.flatMap(([way, isOpen]) => (isOpen ? [way] : []));
    },

    /**
     * Returns what a sign-in's code proves: "off" when the account needs none, "missing" when it needs one. An accepted
     * code cannot be used again. What the code is sent for is described afterwards, so using it up is no part of that act.
     */
    check: (userId: number, otp: string | undefined): Promise<Checked> => withoutAct(() => check(userId, otp)),
  };

  async function check(userId: number, otp: string | undefined): Promise<Checked> {
    const factor = await factors.find(userId);
    const secret = factor?.confirmed_at ? factor.secret : undefined;
    if (secret === undefined && (await factors.countPasskeys(userId)) === 0) return "off";
    if (otp === undefined) return "missing";
    const step = secret === undefined ? undefined : appStep(unseal, secret, compact(otp), now());
    if (step !== undefined) return (await factors.spendStep(userId, step)) ? "right" : "wrong";
    if (!(await factors.spendCode(userId, hashOf(userId, otp)))) return "wrong";
    emit("account.secured", { user_id: userId, change: "recovery_code_used", name: "" });
    logSecurity("recovery_code_used", { user_id: userId });
    return "right";
  }
}

export type CodeCheck = ReturnType<typeof createCodeCheck>;

/** The changes of a person who is signed in, and the reset by an admin. Failed codes count like failed passwords. */
export const createSecondFactor = (deps: Deps & CodeCheck) => ({
  ...createSetUp(deps),
  ...createChanges(deps),
  ...createReset(deps),
});

function createSetUp(deps: Deps) {
  const { factors, confirmOwner, throttle, emit, now, seal, unseal, newCodes } = deps;
  return {
    /** The state of the caller's second factor. */
    async secondFactor(actor: Actor): Promise<SecondFactor> {
      const { user_id } = asUser(actor);
      const [factor, passkeys] = await Promise.all([factors.find(user_id), factors.countPasskeys(user_id)]);
      const enabled_at = factor?.confirmed_at ?? null;
      return {
        enabled: enabled_at !== null,
        enabled_at: isoOrNull(enabled_at),
        passkeys,
        recovery_codes_left: await factors.countCodes(user_id),
      };
    },

    /**
     * Begins the set-up. The secret is shown here and never again.
     *
     * @throws AppError INVALID_INPUT     the password is missing or wrong
     * @throws AppError STEP_UP_REQUIRED  the account has no password, and the session no fresh proof
     * @throws AppError CONFLICT          it is on already
     */
    async startSecondFactor(actor: Actor, { password }: { password?: string }) {
      const user = await confirmOwner(actor, password);
      const secret = newSecret();
      describeAct({ target: accountTarget(user), after: { authenticator_app: "begun" } });
      if (!(await factors.begin(user.id, seal(secret), now())))
        throw new AppError("CONFLICT", "Two-factor authentication is on already: turn it off to use another app");
      return { secret, uri: uriOf(secret, ISSUER, user.username) };
    },

    /**
     * Turns it on with the app's first code. @returns the recovery codes, shown here and never again
     *
     * @throws AppError INVALID_INPUT  the code is wrong
     * @throws AppError CONFLICT       no set-up was begun
     */
    async confirmSecondFactor(actor: Actor, { otp }: { otp: string }): Promise<string[]> {
      const user = asUser(actor, "admin");
      const { user_id } = user;
      const factor = await factors.find(user_id);
      const target = accountTarget({ ...user, id: user_id });
      describeAct({ target, before: { authenticator_app: "off" }, after: { authenticator_app: "on" } });
      if (!factor || factor.confirmed_at !== null)
        throw new AppError("CONFLICT", "There is no set-up to confirm: begin by asking for a secret");
      let step: number | undefined;
      await throttle.guard({ code: user_id }, async () => {
        step = appStep(unseal, factor.secret, compact(otp), now());
        return step !== undefined;
      });
      if (step === undefined)
        throw invalid("otp", "is not the app's current code; check that the phone's clock is right");
      const { recovery_codes, hashes } = newCodes(user_id);
      if (!(await factors.confirm(user_id, factor.secret, step, hashes, now())))
        throw new AppError("CONFLICT", "The set-up was changed meanwhile: begin again");
      emit("account.secured", { user_id, change: "second_factor_on", name: "" });
      logSecurity("second_factor_on", actorFields(actor));
      return recovery_codes;
    },
  };
}

function createChanges(deps: Deps & CodeCheck) {
  const { factors, confirmOwner, throttle, emit, check, newCodes } = deps;

  /** Both proofs of the caller. @throws AppError INVALID_INPUT naming the field; STEP_UP_REQUIRED; CONFLICT while it is off */
  async function prove(actor: Actor, proof: Proof): Promise<number> {
    const { user_id } = asUser(actor, "admin");
    if (!(await factors.find(user_id))?.confirmed_at) throw notOn();
    await confirmOwner(actor, proof.password);
    const isRight = await throttle.guard({ code: user_id }, async () => (await check(user_id, proof.otp)) === "right");
    if (!isRight) throw invalid("otp", WRONG_CODE);
    return user_id;
  }

  async function replace(actor: Actor, user_id: number): Promise<string[]> {
    const target = accountTarget({ ...asUser(actor), id: user_id });
    describeAct({ target, after: { recovery: "new ones" } });
    const { recovery_codes, hashes } = newCodes(user_id);
    if (!(await factors.replaceCodes(user_id, hashes))) throw notOn();
    emit("account.secured", { user_id, change: "recovery_codes", name: "" });
    logSecurity("recovery_codes_replaced", actorFields(actor));
    return recovery_codes;
  }

  return {
    /** Replaces the recovery codes. @throws AppError INVALID_INPUT, CONFLICT while it is off */
    async replaceRecoveryCodes(actor: Actor, proof: Proof): Promise<string[]> {
      return replace(actor, await prove(actor, proof));
    },

    /** Replaces the recovery codes of a session with a fresh proof. @throws AppError CONFLICT without a second factor */
    createRecoveryCodes: async (actor: Actor): Promise<string[]> => replace(actor, asSession(actor).user_id),

    /** Turns it off. @throws AppError INVALID_INPUT, CONFLICT while it is off */
    async removeSecondFactor(actor: Actor, proof: Proof): Promise<void> {
      const user_id = await prove(actor, proof);
      const target = accountTarget({ ...asUser(actor), id: user_id });
      describeAct({ target, before: { authenticator_app: "on" }, after: { authenticator_app: "off" } });
      if (!(await factors.remove(user_id))) throw notOn();
      emit("account.secured", { user_id, change: "second_factor_off", name: "" });
      logSecurity("second_factor_off", actorFields(actor));
    },
  };
}

function createReset(deps: LookupDeps & Pick<Deps, "factors" | "emit">) {
  const { factors, emit } = deps;
  return {
    /**
     * Removes the authenticator app, the passkeys and the recovery codes of a person who lost them, and ends that
     * person's sessions.
     *
     * @throws AppError FORBIDDEN for all but admins; NOT_FOUND; CONFLICT while it is off, and for one's own
     */
    async resetSecondFactor(actor: Actor, userId: string): Promise<void> {
      asAdmin(actor, "admin");
      const user = await findNamed(deps, actor, userId);
      if (!user) throw noUser(userId);
      // A stolen session of an admin must not get around the password and the code that turning it off needs.
      if (user.id === asUser(actor).user_id)
        throw new AppError("CONFLICT", "Turn off your own two-factor authentication on the account page");
      describeAct({ target: accountTarget(user), after: { authenticator_app: "off", passkeys: 0 } });
      if (!(await factors.reset(user.id))) throw notOn();
      emit("access.revoked", { user_id: user.id });
      emit("account.secured", { user_id: user.id, change: "second_factor_reset", name: "" });
      logSecurity("second_factor_reset", { ...actorFields(actor), user_id: user.id });
    },
  };
}
