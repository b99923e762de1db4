/**
 * Secrets: random tokens, their hashes, and sealing. Tokens carry 256 bits, so one SHA-256 is enough to store them;
 * passwords are people's and go through argon2id (lib/identity/accounts).
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "./env";
import { once } from "./once";

/** Returns the server's key: SECRET_KEY, or the one created at the first start in DATA_DIR/secret.key (mode 0600). */
const secretKey = once(readSecretKey);

function readSecretKey(): string {
  if (env.SECRET_KEY) return env.SECRET_KEY;
  const file = join(env.DATA_DIR, "secret.key");
  if (!existsSync(file)) {
    mkdirSync(env.DATA_DIR, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(file, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
    } catch (error) {
      // Another process that started at the same moment created it first.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
  return readFileSync(file, "utf8").trim();
}

/** A 256-bit key for one purpose, derived from the server's key. */
export const derivedKey = (purpose: string): Buffer =>
  Buffer.from(hkdfSync("sha256", secretKey(), "muster", purpose, 32));

/** A new random token of 256 bits, `<prefix>_…`. */
export const newToken = (prefix: string): string => `${prefix}_${randomBytes(32).toString("base64url")}`;
export const hashToken = (token: string): string => hash("sha256", token);

/** Compares two texts in constant time. */
export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest());

export const sign = (purpose: string, text: string): string =>
  createHmac("sha256", derivedKey(purpose)).update(text).digest("base64url");

const sealKey = once(() => derivedKey("seal"));

/** Encrypts with AES-256-GCM; `unseal` gives the text back. */
export function seal(text: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sealKey(), iv);
  return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

/** @throws Error when the text was not sealed with this server's key */
export function unseal(sealed: string): string {
  const bytes = Buffer.from(sealed, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", sealKey(), bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAuthTag(bytes.subarray(-16));
  return decipher.update(bytes.subarray(12, -16), undefined, "utf8") + decipher.final("utf8");
}
