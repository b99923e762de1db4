/** The policy that demands a second factor of people by their role (settings: security). */
import type { Actor, Role } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import type { Sections } from "@/lib/core/settings/contract";
import { SETTING_UP } from "@/lib/identity/accounts/contract.constants";
import type { ProofStore } from "@/lib/identity/accounts/step-up/store";

export type SecurityPolicy = Sections["security"];
type Rule = Pick<SecurityPolicy, "require_second_factor">;

const CONCERNED: Record<SecurityPolicy["require_second_factor"], readonly Role[]> = {
  none: [],
  admins: ["admin"],
  staff: ["admin", "moderator"],
  everyone: ["admin", "moderator", "user"],
};

type Deps = { proofs: Pick<ProofStore, "find">; policy: () => Promise<Rule> };

export function createFactorPolicy({ proofs, policy }: Deps) {
  /** Returns whether the caller is at a session and has to add a second factor before anything else. */
  async function lacksSecondFactor(actor: Actor): Promise<boolean> {
    if (actor.kind !== "user" || actor.session_id === undefined || actor.has_second_factor) return false;
    if (!CONCERNED[(await policy()).require_second_factor].includes(actor.role)) return false;
    // The cached actor may be some seconds older than the factor, which may also have been added in another process.
    const state = await proofs.find(actor.session_id);
    return state !== null && !state.hasApp && !state.hasPasskey;
  }

  return {
    lacksSecondFactor,

    /**
     * Refuses an operation to a session of an account without the second factor that the policy demands.
     *
     * @param operation  its id; left out for sockets
     * @throws AppError SECOND_FACTOR_SETUP_REQUIRED naming where to add one
     */
    async demandSecondFactor(actor: Actor, operation = ""): Promise<void> {
      if (SETTING_UP.has(operation) || !(await lacksSecondFactor(actor))) return;
      throw new AppError(
        "SECOND_FACTOR_SETUP_REQUIRED",
        "This server demands a second factor of your account: add a passkey or an authenticator app on the account page",
        { ways: ["passkey", "otp"], path: "/account" },
      );
    },
  };
}
