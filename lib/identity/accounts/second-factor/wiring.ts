/** Wires second factors, passkeys and step-up together, which check the same codes. */
import { randomBytes } from "node:crypto";
import { emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { hashToken, sameSecret, seal, sign, unseal } from "@/lib/core/secrets";
import { createChallenges } from "@/lib/identity/accounts/passkeys/challenges";
import { createPasskeyProofs, createPasskeys } from "@/lib/identity/accounts/passkeys/service";
import { createPasskeyStore } from "@/lib/identity/accounts/passkeys/store";
import { createStepUp } from "@/lib/identity/accounts/step-up/service";
import { createProofStore } from "@/lib/identity/accounts/step-up/store";
import { createCodes } from "./codes";
import { createFactorPolicy } from "./policy";
import { createCodeCheck, createSecondFactor } from "./service";
import { createFinish, createTickets } from "./service.sign-in";
import { createSecondFactorStore } from "./store";

const sealing = { seal, unseal };
const passkeySigning = (text: string) => sign("passkey", text);

/**
 * Creates what checks one-time codes and passkeys, and the tickets of sign-ins that wait for one.
 *
 * @param publicUrl the address of this server, which passkeys are bound to
 */
export function createFactors(publicUrl: string) {
  const signCode = (text: string) => sign("second-factor", text);
  const factors = createSecondFactorStore();
  const recovery = createCodes(signCode);
  const keys = createPasskeyStore();
  const challenges = createChallenges({
    ...{ passkeys: keys, now, same: sameSecret, hash: hashToken, sign: passkeySigning },
    newChallenge: () => randomBytes(32).toString("base64url"),
  });
  const deps = { passkeys: keys, challenges, now, publicUrl };
  return {
    factors,
    tickets: createTickets({ now, same: sameSecret, sign: signCode }),
    codes: { ...recovery, ...createCodeCheck({ ...sealing, ...recovery, factors, emit, now }) },
    passkeys: { ...deps, ...createPasskeyProofs(deps), proofs: createProofStore(), sign: passkeySigning },
  };
}

type Factors = ReturnType<typeof createFactors>;
type Deps = Omit<
  Parameters<typeof createSecondFactor>[0],
  keyof typeof sealing | keyof Factors["codes"] | "factors" | "confirmOwner"
> &
  Omit<Parameters<typeof createFinish>[0], keyof Factors["codes"] | "tickets"> &
  Omit<Parameters<typeof createPasskeys>[0], keyof Factors["codes"] | keyof Factors["passkeys"]> &
  Omit<Parameters<typeof createStepUp>[0], keyof Factors["codes"] | keyof Factors["passkeys"]> &
  Omit<Parameters<typeof createFactorPolicy>[0], "proofs">;

/** Creates the rules of second factors, passkeys and step-up. */
export function createSecondFactors(deps: Deps, { factors, codes, tickets, passkeys }: Factors) {
  const all = { ...deps, ...codes, ...passkeys };
  const stepUp = createStepUp(all);
  return {
    ...createSecondFactor({ ...all, ...sealing, factors, confirmOwner: stepUp.confirmOwner }),
    ...createFinish({ ...all, tickets }),
    ...createPasskeys(all),
    ...stepUp,
    ...createFactorPolicy(all),
  };
}
