/** Cookies: the session's (CONTRACT: credentials), and the one a sign-in by a provider is bound to. */
import { newToken } from "@/lib/core/secrets";
import type { Incoming } from "./body/incoming";

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

const BROWSER_COOKIE = "muster_browser";
const BROWSER_SECONDS = 900;

/**
 * What binds a sign-in that leaves for a provider to the browser that began it: the value, kept while the browser has one
 * so that two tabs do not spoil each other's, and its Set-Cookie.
 */
export function browserOf(req: Pick<Incoming, "header" | "secure">): { browser: string; cookie: string } {
  const had = readCookie(req.header("cookie"), BROWSER_COOKIE);
  const browser = had && /^br_[\w-]{43}$/.test(had) ? had : newToken("br");
  const rules = `Path=/api; HttpOnly; SameSite=Lax; Max-Age=${BROWSER_SECONDS}${req.secure ? "; Secure" : ""}`;
  return { browser, cookie: `${BROWSER_COOKIE}=${browser}; ${rules}` };
}

const DEVICE_COOKIE = "muster_device_";
const DEVICE_SECONDS = 180 * 24 * 3600;

/** The device cookies of accounts that signed in on this device. */
function deviceCookies(header: string | undefined): string[] {
  const pairs = (header ?? "").split(";").map((pair) => pair.trim());
  return pairs.filter((pair) => pair.startsWith(DEVICE_COOKIE)).map((pair) => pair.slice(pair.indexOf("=") + 1));
}

/** The origin of a sign-in: its address and its device. */
export const clientOf = (req: Pick<Incoming, "header" | "ip">) => ({
  ip: req.ip,
  userAgent: req.header("user-agent"),
  devices: deviceCookies(req.header("cookie")),
});

/** Set-Cookie lines of a sign-in: the session's, and the device's when it is new to the account. */
export function signInCookies(
  signedIn: { sessionToken: string; device?: string; reply: { user: { id: number } } },
  secure: boolean,
): string[] {
  const session = sessionCookie(signedIn.sessionToken, secure);
  if (!signedIn.device) return [session];
  const rules = `Path=/api; HttpOnly; SameSite=Lax; Max-Age=${DEVICE_SECONDS}${secure ? "; Secure" : ""}`;
  return [session, `${DEVICE_COOKIE}${signedIn.reply.user.id}=${signedIn.device}; ${rules}`];
}

/** Set-Cookie that starts a session, or ends it when `value` is empty. */
export const sessionCookie = (value: string, secure: boolean): string =>
  `${SESSION_COOKIE}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${value ? SESSION_SECONDS : 0}${secure ? "; Secure" : ""}`;
