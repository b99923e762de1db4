/**
 * Rules of the second factor: setting it up, replacing its recovery codes, turning it off, and checking the code of a
 * sign-in. API keys and bots' tokens never need a code.
 */
import { type Actor, asAdmin, asUser } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import { type Clock, isoOrNull } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { logger } from "@/lib/core/log/logger";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import type { PasswordService } from "@/lib/identity/accounts/passwords/service";
import { findNamed, type LookupDeps, noUser } from "@/lib/identity/accounts/service.lookups";
import type { Throttle } from "@/lib/identity/accounts/sign-in/throttle";
import { compact, newRecoveryCodes, newSecret, stepOf, uriOf } from "./codes";
import type { SecondFactor } from "./contract";
import type { SecondFactorStore } from "./store";

const ISSUER = "Muster";

export type CheckDeps = {
  factors: Pick<SecondFactorStore, "find" | "spendStep" | "spendCode">;
  emit: Emit;
  now: Clock;
  unseal: (sealed: string) => string;
  /** The keyed hash of a recovery code. */
  sign: (text: string) => string;
};
type Deps = CheckDeps &
  LookupDeps & {
    factors: Pick<SecondFactorStore, "begin" | "confirm" | "countCodes" | "replaceCodes" | "remove">;
    confirm: PasswordService["confirm"];
    throttle: Pick<Throttle, "guard">;
    seal: (text: string) => string;
  };
type Proof = { password: string; otp: string };

const WRONG_CODE = "is wrong, too old, or was used already";
/** The refusal of a sign-in whose code is wrong. */
export const wrongCode = () => new AppError("UNAUTHORIZED", `otp: ${WRONG_CODE}`, { field: "otp" });
const notOn = () => new AppError("CONFLICT", "Two-factor authentication is off for this account");
const hashOf = (deps: Pick<CheckDeps, "sign">, userId: number, code: string) => deps.sign(`${userId}:${code}`);

/** The time step of the app's code; undefined also when the secret was sealed with another server's key. */
function appStep(unseal: CheckDeps["unseal"], sealed: string, code: string, at: number): number | undefined {
  try {
    return stepOf(unseal(sealed), code, at);
  } catch (error) {
    logger.warn({ err: error }, "an authenticator's secret cannot be read: was SECRET_KEY changed?");
    return undefined;
  }
}

/** Checks one-time codes, at sign-ins and where a person confirms a change. */
export function createCodeCheck(deps: CheckDeps) {
  const { factors, now, unseal, emit } = deps;
  return {
    /**
     * Returns what a sign-in's code proves: "off" when the account needs none, "missing" when it needs one. An accepted
     * code cannot be used again.
     */
    async check(userId: number, otp: string | undefined): Promise<"off" | "missing" | "right" | "wrong"> {
      const factor = await factors.find(userId);
      if (!factor || factor.confirmed_at === null) return "off";
      if (otp === undefined) return "missing";
      const code = compact(otp);
      const step = appStep(unseal, factor.secret, code, now());
      if (step !== undefined) return (await factors.spendStep(userId, step)) ? "right" : "wrong";
      if (!(await factors.spendCode(userId, hashOf(deps, userId, code)))) return "wrong";
      emit("account.secured", { user_id: userId, change: "recovery_code_used", name: "" });
      logSecurity("recovery_code_used", { user_id: userId });
      return "right";
    },
  };
}

export type CodeCheck = ReturnType<typeof createCodeCheck>;

/** The changes of a person who is signed in, and the reset by an admin. Failed codes count like failed passwords. */
export const createSecondFactor = (deps: Deps & CodeCheck) => ({
  ...createSetUp(deps),
  ...createChanges(deps),
  ...createReset(deps),
});

function newCodes(deps: Pick<CheckDeps, "sign">, userId: number) {
  const recovery_codes = newRecoveryCodes();
  return { recovery_codes, hashes: recovery_codes.map((code) => hashOf(deps, userId, compact(code))) };
}

function createSetUp(deps: Deps) {
  const { factors, confirm, throttle, emit, now, seal, unseal } = deps;
  return {
    /** The state of the caller's second factor. */
    async secondFactor(actor: Actor): Promise<SecondFactor> {
      const { user_id } = asUser(actor);
      const factor = await factors.find(user_id);
      const enabled_at = factor?.confirmed_at ?? null;
      return {
        enabled: enabled_at !== null,
        enabled_at: isoOrNull(enabled_at),
        recovery_codes_left: enabled_at === null ? 0 : await factors.countCodes(user_id),
      };
    },

    /**
     * Begins the set-up. The secret is shown here and never again.
     *
     * @throws AppError INVALID_INPUT  the password is wrong
     * @throws AppError CONFLICT       it is on already
     */
    async startSecondFactor(actor: Actor, { password }: { password: string }) {
      const user = await confirm(actor, password, "password");
      const secret = newSecret();
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
      const { user_id } = asUser(actor, "admin");
      const factor = await factors.find(user_id);
      if (!factor || factor.confirmed_at !== null)
        throw new AppError("CONFLICT", "There is no set-up to confirm: begin by asking for a secret");
      let step: number | undefined;
      await throttle.guard({ code: user_id }, async () => {
        step = appStep(unseal, factor.secret, compact(otp), now());
        return step !== undefined;
      });
      if (step === undefined)
        throw invalid("otp", "is not the app's current code; check that the phone's clock is right");
      const { recovery_codes, hashes } = newCodes(deps, user_id);
      if (!(await factors.confirm(user_id, factor.secret, step, hashes, now())))
        throw new AppError("CONFLICT", "The set-up was changed meanwhile: begin again");
      emit("account.secured", { user_id, change: "second_factor_on", name: "" });
      logSecurity("second_factor_on", actorFields(actor));
      return recovery_codes;
    },
  };
}

function createChanges(deps: Deps & CodeCheck) {
  const { factors, confirm, throttle, emit, check } = deps;

  /** Both proofs of the caller. @throws AppError INVALID_INPUT naming the field; CONFLICT while it is off */
  async function prove(actor: Actor, proof: Proof): Promise<number> {
    const { user_id } = asUser(actor, "admin");
    if (!(await factors.find(user_id))?.confirmed_at) throw notOn();
    await confirm(actor, proof.password, "password");
    const isRight = await throttle.guard({ code: user_id }, async () => (await check(user_id, proof.otp)) === "right");
    if (!isRight) throw invalid("otp", WRONG_CODE);
    return user_id;
  }

  return {
    /** Replaces the recovery codes. @throws AppError INVALID_INPUT, CONFLICT while it is off */
    async replaceRecoveryCodes(actor: Actor, proof: Proof): Promise<string[]> {
      const user_id = await prove(actor, proof);
      const { recovery_codes, hashes } = newCodes(deps, user_id);
      if (!(await factors.replaceCodes(user_id, hashes))) throw notOn();
      emit("account.secured", { user_id, change: "recovery_codes", name: "" });
      logSecurity("recovery_codes_replaced", actorFields(actor));
      return recovery_codes;
    },

    /** Turns it off. @throws AppError INVALID_INPUT, CONFLICT while it is off */
    async removeSecondFactor(actor: Actor, proof: Proof): Promise<void> {
      const user_id = await prove(actor, proof);
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
     * Turns off the factor of a person who lost it, and ends that person's sessions.
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
      if (!(await factors.remove(user.id, true))) throw notOn();
      emit("access.revoked", { user_id: user.id });
      emit("account.secured", { user_id: user.id, change: "second_factor_reset", name: "" });
      logSecurity("second_factor_reset", { ...actorFields(actor), user_id: user.id });
    },
  };
}
