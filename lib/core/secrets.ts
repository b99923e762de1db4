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

/**
 * Returns the key before the present one: SECRET_KEY_OLD, or DATA_DIR/secret.key.old. It only opens what it sealed, until
 * `npm run admin -- rotate-key` has sealed all of it again (decision 049).
 */
const oldSecretKey = once(() => {
  if (env.SECRET_KEY_OLD) return env.SECRET_KEY_OLD;
  const file = join(env.DATA_DIR, "secret.key.old");
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
});
export const hasOldSecretKey = (): boolean => oldSecretKey() !== undefined;

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
export const derivedKey = (purpose: string): Buffer => derive(secretKey(), purpose);
const derive = (key: string, purpose: string): Buffer => Buffer.from(hkdfSync("sha256", key, "muster", purpose, 32));

/** A new random token of 256 bits, `<prefix>_…`. */
export const newToken = (prefix: string): string => `${prefix}_${randomBytes(32).toString("base64url")}`;
export const hashToken = (token: string): string => hash("sha256", token);

/** Compares two texts in constant time. */
export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest());

export const sign = (purpose: string, text: string): string =>
  createHmac("sha256", derivedKey(purpose)).update(text).digest("base64url");

function sealWith(key: Buffer, text: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

function unsealWith(key: Buffer, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAuthTag(bytes.subarray(-16));
  return decipher.update(bytes.subarray(12, -16), undefined, "utf8") + decipher.final("utf8");
}

/** Creates what seals with a key, and opens what that key or an old one sealed. */
export function createSealing(secret: string, oldSecret?: string) {
  const key = derive(secret, "seal");
  const oldKey = oldSecret === undefined ? undefined : derive(oldSecret, "seal");
  /** @throws Error when neither key sealed the text */
  function open(sealed: string): { text: string; isOld: boolean } {
    try {
      return { text: unsealWith(key, sealed), isOld: false };
    } catch (error) {
      // The tag of AES-GCM tells which key sealed a text, so it needs no number of its key.
      if (!oldKey) throw error;
      return { text: unsealWith(oldKey, sealed), isOld: true };
    }
  }
  return {
    seal: (text: string): string => sealWith(key, text),
    unseal: (sealed: string): string => open(sealed).text,

    /** Seals a text of the old key with the present one. @returns the same text if the present key sealed it already */
    reseal(sealed: string): string {
      const { text, isOld } = open(sealed);
      if (!isOld) return sealed;
      const next = sealWith(key, text);
      if (unsealWith(key, next) !== text) throw new Error("a value does not open after it was sealed again");
      return next;
    },
  };
}

const sealing = once(() => createSealing(secretKey(), oldSecretKey()));

/** Encrypts with AES-256-GCM; `unseal` gives the text back. */
export const seal = (text: string): string => sealing().seal(text);
/** @throws Error when the text was not sealed with this server's key, nor with its old one */
export const unseal = (sealed: string): string => sealing().unseal(sealed);
/** @throws Error like `unseal` */
export const reseal = (sealed: string): string => sealing().reseal(sealed);
