/** ID tokens of OpenID Connect (Core, 3.1.3.7). */
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { Clock } from "@/lib/core/clock";
import type { SsoSettings } from "@/lib/core/env.sso";
import { problem, type RequestDeps } from "./request";

const CLOCK_TOLERANCE_S = 60;
/** Symmetric algorithms are left out: with them, everyone who knows the client's secret could sign. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

type Deps = Pick<RequestDeps, "warn"> & { settings: SsoSettings; now: Clock };

/**
 * Verifies an ID token: its signature, issuer, audience, lifetime and nonce.
 *
 * @param keys the issuer's keys; with `true` they are fetched again
 * @throws AppError untrusted; unreachable and timeout while keys are fetched
 */
export async function verifyIdToken(
  { settings, now, warn }: Deps,
  issuer: string,
  keys: (isStale: boolean) => Promise<JWTVerifyGetKey>,
  idToken: string,
  nonce: string,
): Promise<JWTPayload> {
  const options = {
    ...{ issuer, audience: settings.CLIENT_ID, algorithms: ALGORITHMS },
    ...{ currentDate: new Date(now()), clockTolerance: CLOCK_TOLERANCE_S, requiredClaims: ["sub", "exp", "iat"] },
  };
  const verify = async (isStale: boolean) => (await jwtVerify(idToken, await keys(isStale), options)).payload;
  try {
    const payload = await verify(false).catch((error) => {
      if (error instanceof errors.JWKSNoMatchingKey) return verify(true);
      throw error;
    });
    const isForUs = payload.azp === undefined || payload.azp === settings.CLIENT_ID;
    if (payload.nonce === nonce && isForUs) return payload;
    warn({ provider: settings.id }, "an ID token has another nonce or is for another client");
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    warn({ provider: settings.id, code: error.code }, "an ID token could not be verified");
  }
  throw problem("untrusted");
}
