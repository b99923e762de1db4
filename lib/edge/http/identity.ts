/**
 * Credential → Actor (CONTRACT: credentials). Looks at, in order: Authorization (JWT, API key or bot token), X-Bot-Token,
 * the `token` field of a body (bots; stripped before anything is stored), the session cookie.
 * A credential that is presented but not valid is always 401, even where none is needed.
 */

import type { App } from "@/lib/app";
import type { Actor, UserActor } from "@/lib/core/actor";
import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import { type LocalRequest, localAccess } from "@/lib/core/local-access";
import { PAGE_USER_HEADER } from "@/lib/core/page-headers";
import { hostOf, type Incoming } from "./body/incoming";
import { readCookie, SESSION_COOKIE } from "./cookies";

/** The rooms that know credentials. */
export type Credentials = Pick<App, "accounts" | "bots">;

const refused = () => new AppError("UNAUTHORIZED", "This credential is not valid: it is unknown, expired or revoked");

/**
 * Returns the actor of a bearer token that was sent from the address `ip`.
 *
 * @throws AppError UNAUTHORIZED unknown, expired or revoked · FORBIDDEN a key that may not be used from there
 */
export async function bearerActor({ accounts, bots }: Credentials, given: string, ip: string): Promise<Actor> {
  // A token that was copied from a page or read from a file often has a space or line end around it.
  const token = given.trim();
  const actor =
    token.startsWith("bot_") || token.startsWith("mb_")
      ? await bots.byToken(token)
      : ((await accounts.byBearer(token, ip)) ?? (await bots.byToken(token)));
  if (!actor) throw refused();
  return actor;
}

/** Bearer text of an Authorization header; undefined without the header and for other schemes. */
export const bearerText = (header: string | undefined): string | undefined =>
  /^Bearer\s+(\S+)\s*$/i.exec(header ?? "")?.[1];

/** Returns the bearer text like `bearerText`, but refuses other schemes. */
export function bearer(header: string | undefined): string | undefined {
  const text = bearerText(header);
  if (header && !text) throw new AppError("UNAUTHORIZED", 'Authorization must be "Bearer <token>"');
  return text;
}

/** Identifies the caller from the headers alone. @throws UNAUTHORIZED for an invalid credential */
export async function identify(rooms: Credentials, req: Incoming): Promise<Actor> {
  const token = bearer(req.header("authorization")) ?? req.header("x-bot-token");
  if (token) return bearerActor(rooms, token, req.ip);
  const cookie = readCookie(req.header("cookie"), SESSION_COOKIE);
  if (cookie) {
    const actor = await rooms.accounts.bySessionToken(cookie);
    if (actor) {
      refuseCrossSite(req);
      refuseOtherPerson(actor, req.header(PAGE_USER_HEADER));
      return actor;
    }
    // A browser keeps sending a cookie that its page cannot see, so an ended session counts as signed out, not as an
    // attack.
    return { kind: "public", ip: req.ip };
  }
  return { kind: "public", ip: req.ip };
}

/**
 * Returns a function that checks again whether the request's credential is valid, for responses that may outlive it.
 */
export const stillValid = (rooms: Credentials, req: Incoming) => (): Promise<boolean> =>
  identify(rooms, req).then(
    (actor) => actor.kind !== "public" || localRefusal(req) === undefined,
    (error) => !(error instanceof AppError && error.code === "UNAUTHORIZED"),
  );

/**
 * Returns why a request without a valid credential is not let in by OPEN_OPS_API; undefined when it is. A browser that was
 * signed in has to sign in again.
 */
export const localRefusal = (req: LocalRequest): string | undefined =>
  readCookie(req.header("cookie"), SESSION_COOKIE) ? "its session has ended" : localAccess.refusalOf(req);

/**
 * CSRF: a cookie travels by itself, so an unsafe request that a browser says comes from another site is refused.
 * Clients that send neither header (curl, scripts) pass: no browser does.
 */
function refuseCrossSite(req: Incoming) {
  if (req.method === "GET" || req.method === "HEAD" || req.method === "OPTIONS") return;
  if (!sameSite(req))
    throw new AppError("FORBIDDEN", `Cross-site request refused; send an API key instead of the cookie. ${PROXY_HINT}`);
}

/**
 * A page of the console names the person it was made for. In a browser where somebody else has signed in since, the
 * cookie would let that page act as the other person: it is refused. Clients that name nobody pass.
 *
 * @throws AppError SESSION_CHANGED, with who is signed in now
 */
export function refuseOtherPerson(actor: UserActor, pageUser: unknown): void {
  if (typeof pageUser !== "string" || pageUser === "" || pageUser === String(actor.user_id)) return;
  const { user_id, username } = actor;
  throw new AppError(
    "SESSION_CHANGED",
    `This page was opened by another account; this browser is now signed in as ${username}. Reload the page`,
    { user_id, username },
  );
}

/**
 * Protects sign-in: another site could sign a visitor in to the attacker's account, and then read what the visitor
 * types.
 *
 * @throws AppError FORBIDDEN a browser says the request is another site's, and CORS_ORIGINS does not name that
 */
export function refuseForeignSignIn(req: Pick<Incoming, "header">): void {
  if (!sameSite(req))
    throw new AppError(
      "FORBIDDEN",
      `A page of another site may sign nobody in here, unless CORS_ORIGINS names it. ${PROXY_HINT}`,
    );
}

/**
 * Does the request come from our own pages (or from no browser at all)? A browser's word that it does is enough, for a
 * proxy may have rewritten Host; without it, the origin has to be this host, PUBLIC_URL or one of CORS_ORIGINS.
 */
export function sameSite(req: Pick<Incoming, "header">): boolean {
  const site = req.header("sec-fetch-site");
  if (site === "same-origin") return true;
  const origin = req.header("origin");
  if (origin && origin !== "null") {
    if (originHost(origin) === hostOf(req.header, env.TRUST_PROXY)) return true;
    if (env.PUBLIC_URL && origin === new URL(env.PUBLIC_URL).origin) return true;
    return env.CORS_ORIGINS.includes(origin);
  }
  if (origin === "null") return false;
  return site === undefined || site === "none";
}

/** Explains the refusal to the operator: a proxy that rewrites Host makes our own pages look foreign. */
const PROXY_HINT =
  "If this is Muster's own page behind a proxy, set PUBLIC_URL to the address in the browser, or let the proxy pass the Host header on";

function originHost(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}
