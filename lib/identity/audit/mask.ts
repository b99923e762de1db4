/** Removes secrets from what the audit log keeps of a change. */

export const MASK = "•••";
/** Names of fields that hold a secret, in whole or as the last part: `bot_token`, `smtpPassword`. */
const SECRET_NAME =
  /(?:token|secret|password|passwd|passphrase|credential|credentials|cookie|authorization|otp|code|codes|api_?key|access_?key|private_?key|key|keys|p256dh|auth|hash|cipher|jwt|dsn|webhook|pin|salt|signature)$/i;
/** Fields about a person that nobody needs in order to know what was done: their change is recorded, not their value. */
const PERSONAL_NAME = /^(?:phone|birthday|gender)$/i;
/** Fields with such a name that hold none. */
const NO_SECRET = /^(?:error_?code|status_?code|country_?code|language_?code|key_?id|shortcut_?key)$/i;
/** Tokens of this server and of others, wherever they stand in a text. */
const SECRET_TEXT = [
  /\b(?:m[bcdehikrstv]|nm|nonce|muster)_[\w-]{20,}/g,
  /\bwhsec_[\w+/=-]{20,}/g,
  /\bBearer\s+\S+/gi,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g,
  /\b(?:ghp|gho|ghs|github_pat|xox[abprs]|sk|pk|AKIA|AIza|ya29)[-_.]?[\w-]{16,}/g,
  /\b\d{8,12}:[\w-]{30,}/g,
  /-----BEGIN [^-]+-----[\s\S]*?(?:-----END [^-]+-----|$)/g,
  /\b[\w-]{24,}\.[\w-]{6}\.[\w-]{27,}/g,
];
const URL_TEXT = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+/gi;

/** Keeps the scheme and the host of an address: its path and its query may be a credential, as of Discord's webhooks. */
function maskUrl(text: string): string {
  try {
    const { protocol, host, pathname, search, username, password } = new URL(text);
    const isBare = pathname.length <= 1 && !search && !username && !password;
    return `${protocol}//${host}${isBare ? "" : `/${MASK}`}`;
  } catch {
    return MASK;
  }
}

/** Masks secrets within a text that people wrote. */
export function maskText(text: string): string {
  let masked = text.replace(URL_TEXT, maskUrl);
  for (const pattern of SECRET_TEXT) masked = masked.replace(pattern, MASK);
  return masked;
}

const LIST_MAX = 20;
const DEPTH_MAX = 5;
const TEXT_MAX = 300;

/** Returns a copy of `value` without secrets, and with long lists and texts cut. */
export function masked(value: unknown, name = "", depth = 0): unknown {
  if (value === null || value === undefined) return null;
  if (isSecretName(name) && value !== "" && typeof value !== "boolean") return MASK;
  if (typeof value === "string") {
    const text = maskText(value);
    return text.length > TEXT_MAX ? `${Array.from(text).slice(0, TEXT_MAX).join("")}…` : text;
  }
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value !== "object") return String(value);
  if (depth >= DEPTH_MAX) return "…";
  if (Array.isArray(value)) {
    const some = value.slice(0, LIST_MAX).map((one) => masked(one, "", depth + 1));
    return value.length > LIST_MAX ? [...some, `… ${value.length - LIST_MAX} more`] : some;
  }
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, LIST_MAX * 2)
      .map(([field, inner]) => [maskText(field), masked(inner, field, depth + 1)]),
  );
}

const isSecretName = (name: string): boolean =>
  PERSONAL_NAME.test(name) || (SECRET_NAME.test(name) && !NO_SECRET.test(name));
