/** Cookies: the session's (CONTRACT: credentials), and the one a sign-in by a provider is bound to. */
import { parseCookie } from "cookie";
import { newToken } from "@/lib/core/secrets";
import type { Incoming } from "./body/incoming";

export const SESSION_COOKIE = "session_token";
const SESSION_SECONDS = 7 * 24 * 3600;

/** Parses a Cookie header. Values stay as they were sent: ours need no decoding, and "%00" must not become a NUL. */
const readCookies = (header: string | undefined) => parseCookie(header ?? "", { decode: (value) => value });

/** One cookie's value from a Cookie header; undefined when it is missing or empty. */
export const readCookie = (header: string | undefined, name: string): string | undefined =>
  readCookies(header)[name] || undefined;

/**
 * A Set-Cookie line. Written here because the package `cookie` puts the attributes in another order than this header has
 * had since its first version.
 */
const setCookie = (name: string, value: string, path: string, seconds: number, secure: boolean): string =>
  `${name}=${value}; Path=${path}; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure ? "; Secure" : ""}`;

const BROWSER_COOKIE = "muster_browser";
const BROWSER_SECONDS = 900;

/**
 * Binds a sign-in at a provider to the browser that began it. Returns the value, kept while the browser has one so that
 * two tabs do not invalidate each other's, and its Set-Cookie.
 */
export function browserOf(req: Pick<Incoming, "header" | "secure">): { browser: string; cookie: string } {
  const had = readCookie(req.header("cookie"), BROWSER_COOKIE);
  const browser = had && /^br_[\w-]{43}$/.test(had) ? had : newToken("br");
  return { browser, cookie: setCookie(BROWSER_COOKIE, browser, "/api", BROWSER_SECONDS, req.secure) };
}

const DEVICE_COOKIE = "muster_device_";
const DEVICE_SECONDS = 180 * 24 * 3600;

/** The device cookies of accounts that signed in on this device. */
const deviceCookies = (header: string | undefined): string[] =>
  Object.entries(readCookies(header)).flatMap(([name, value]) =>
    value !== undefined && name.startsWith(DEVICE_COOKIE) ? [value] : [],
  );

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
  const name = `${DEVICE_COOKIE}${signedIn.reply.user.id}`;
  return [session, setCookie(name, signedIn.device, "/api", DEVICE_SECONDS, secure)];
}

/** Set-Cookie that starts a session, or ends it when `value` is empty. */
export const sessionCookie = (value: string, secure: boolean): string =>
  setCookie(SESSION_COOKIE, value, "/", value ? SESSION_SECONDS : 0, secure);

const TICKET_COOKIE = "muster_sign_in";
/** As long as a ticket is valid (lib/identity/accounts/second-factor). */
const TICKET_SECONDS = 600;

/** Set-Cookie that keeps a sign-in by a provider until its one-time code arrives, or drops it when `value` is empty. */
export const ticketCookie = (value: string, secure: boolean): string =>
  setCookie(TICKET_COOKIE, value, "/api/auth", value ? TICKET_SECONDS : 0, secure);

/** The ticket of a sign-in that waits for its one-time code. */
export const ticketOf = (req: Pick<Incoming, "header">): string | undefined =>
  readCookie(req.header("cookie"), TICKET_COOKIE);

const JOIN_COOKIE = "muster_join";

/** Set-Cookie that keeps an identity until its account is proved (lib/identity/accounts/links), or drops it. */
export const joinCookie = (value: string, secure: boolean): string =>
  setCookie(JOIN_COOKIE, value, "/api/auth", value ? TICKET_SECONDS : 0, secure);

/** The identity that waits for the proof of its account. */
export const joinOf = (req: Pick<Incoming, "header">): string | undefined =>
  readCookie(req.header("cookie"), JOIN_COOKIE);

/** The request with which a browser returns from a provider. */
export const visitOf = (req: Incoming) => ({
  browser: browserOf(req).browser,
  ip: req.ip,
  userAgent: req.header("user-agent"),
});

/** Set-Cookie lines at the end of a sign-in by a provider. */
export function providerCookies(
  { sessionToken, ticket, join }: { sessionToken?: string; ticket?: string; join?: string },
  secure: boolean,
): string[] {
  if (ticket) return [ticketCookie(ticket, secure)];
  if (join) return [joinCookie(join, secure)];
  return sessionToken ? [sessionCookie(sessionToken, secure)] : [];
}
