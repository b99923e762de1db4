/** An authenticator app: computes the codes of a secret as a phone does. */
import { Secret, TOTP } from "otpauth";

/** The code that the app shows at `at` (epoch ms) for a base32 secret. */
export const appCode = (secret: string, at: number): string =>
  new TOTP({ algorithm: "SHA1", digits: 6, period: 30, secret: Secret.fromBase32(secret) }).generate({ timestamp: at });
