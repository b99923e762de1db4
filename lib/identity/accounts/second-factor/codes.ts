/** One-time codes: those of an authenticator app (RFC 6238, as every app computes them), and recovery codes. */
import { randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";

const STEP_SECONDS = 30;
/** A code is accepted one step early and one late, because the clocks of phones differ. */
const WINDOW = 1;
const SECRET_BYTES = 20;
const RECOVERY_CODES = 10;
/** 120 bits, so that a fast hash is enough to store a code. */
const RECOVERY_BYTES = 15;

const totpOf = (secret: string, account?: { issuer: string; label: string }) =>
  new TOTP({ ...account, algorithm: "SHA1", digits: 6, period: STEP_SECONDS, secret: Secret.fromBase32(secret) });

/** A new secret for an authenticator app, in base32. */
export const newSecret = (): string => new Secret({ size: SECRET_BYTES }).base32;

/** The address that an authenticator app reads from a QR code. */
export const uriOf = (secret: string, issuer: string, label: string): string =>
  totpOf(secret, { issuer, label }).toString();

/** Drops the spaces and dashes by which people and apps group a code. */
export const compact = (code: string): string => code.replace(/[\s-]+/g, "").toLowerCase();

/** Returns the time step that a code belongs to; undefined when it is not the app's code at this time. */
export function stepOf(secret: string, code: string, at: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = totpOf(secret).validate({ token: code, timestamp: at, window: WINDOW });
  return delta === null ? undefined : Math.floor(at / 1000 / STEP_SECONDS) + delta;
}

/** New recovery codes as people read them, in groups of six letters and digits. */
export function newRecoveryCodes(): string[] {
  const one = () => new Secret({ buffer: new Uint8Array(randomBytes(RECOVERY_BYTES)).buffer }).base32.toLowerCase();
  // ASCII
  return Array.from({ length: RECOVERY_CODES }, () => one().replace(/(.{6})(?=.)/g, "$1-"));
}

/** Creates what makes an account's recovery codes, and the hashes by which they are stored. */
export const createCodes = (sign: (text: string) => string) => {
  /** The keyed hash of a recovery code. */
  const hashOf = (userId: number, code: string) => sign(`${userId}:${compact(code)}`);
  return {
    hashOf,
    newCodes(userId: number) {
      const recovery_codes = newRecoveryCodes();
      return { recovery_codes, hashes: recovery_codes.map((code) => hashOf(userId, code)) };
    },
  };
};

export type Codes = ReturnType<typeof createCodes>;
