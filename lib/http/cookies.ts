/** The session cookie (CONTRACT: credentials). */
export const SESSION_COOKIE = "session_token";
const SESSION_SECONDS = 7 * 24 * 3600;

/** One cookie's value from a Cookie header. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (!header) return undefined;
  for (const part of header.split(";")) {
    const cut = part.indexOf("=");
    if (cut > 0 && part.slice(0, cut).trim() === name) return part.slice(cut + 1).trim() || undefined;
  }
  return undefined;
}

/** Set-Cookie that starts a session, or ends it when `value` is empty. */
export const sessionCookie = (value: string, secure: boolean): string =>
  `${SESSION_COOKIE}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${value ? SESSION_SECONDS : 0}${secure ? "; Secure" : ""}`;
