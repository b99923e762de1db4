/** Admits a socket by its credential, whether it is a person's or a bot's. */
import type { IncomingMessage } from "node:http";
import type { Actor } from "@/lib/core/actor";
import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import {
  bearer,
  bearerActor,
  type Credentials,
  countGuess,
  localRefusal,
  peer,
  readCookie,
  refuseOtherPerson,
  SESSION_COOKIE,
  sameSite,
} from "@/lib/edge/http";

/** Returns whether a handshake carries any credential, valid or not. */
export function hasCredential(request: IncomingMessage, given: unknown): boolean {
  const { authorization, cookie, "x-bot-token": botToken } = request.headers;
  return Boolean(given || authorization || botToken || readCookie(cookie, SESSION_COOKIE));
}

/** Whether a check failed for a reason that says nothing about the credential, such as a busy database. */
const isNotRefused = (error: unknown): boolean => !(error instanceof AppError && error.code === "UNAUTHORIZED");

/** `recheck` checks again whether the credential is valid: it may expire, which no fact announces. */
/** Returns whether the policy of second factors lets somebody on; it may have been made stricter since. */
const meetsPolicy = ({ accounts }: Credentials, actor: Actor): Promise<boolean> =>
  accounts.lacksSecondFactor(actor).then((lacks) => !lacks);

export type Admitted = { actor: Exclude<Actor, { kind: "public" }>; ip: string; recheck: () => Promise<boolean> };

/**
 * By `given` (a token in the handshake), Authorization, X-Bot-Token or the session cookie. `pageUser`: the person whom a
 * page of the console that connects by its cookie was made for. `takesLocal`: OPEN_OPS_API opens this kind of socket.
 *
 * @throws AppError UNAUTHORIZED none, or not a valid one · FORBIDDEN another site's page, or a bot nobody adopted ·
 *         RATE_LIMITED too many invalid ones from this address · SESSION_CHANGED the cookie is not that person's
 */
export async function admit(
  rooms: Credentials,
  request: IncomingMessage,
  given: unknown,
  { pageUser, takesLocal = false }: { pageUser?: unknown; takesLocal?: boolean } = {},
): Promise<Admitted> {
  const header = (name: string) => request.headers[name] as string | undefined;
  const { ip } = peer(request.socket, header, env.TRUST_PROXY);
  try {
    const token =
      (typeof given === "string" && given ? given.replace(/^Bearer +/i, "") : bearer(header("authorization"))) ??
      header("x-bot-token");
    if (token) {
      const actor = await bearerActor(rooms, token, ip);
      if (actor.kind === "public") throw new AppError("UNAUTHORIZED", "This credential is not valid");
      if (actor.kind === "bot" && actor.unclaimed)
        throw new AppError(
          "FORBIDDEN",
          "This bot has not been adopted yet: until then it may only poll and report its status",
        );
      await rooms.accounts.demandSecondFactor(actor);
      const recheck = async () => meetsPolicy(rooms, await bearerActor(rooms, token, ip));
      return { actor, ip, recheck: () => recheck().catch(isNotRefused) };
    }
    const cookie = readCookie(header("cookie"), SESSION_COOKIE);
    const actor = cookie && (await rooms.accounts.bySessionToken(cookie));
    const local = { ip, header, headerNames: () => Object.keys(request.headers) };
    if (!actor && takesLocal && localRefusal(local) === undefined)
      return { actor: await rooms.accounts.byLocalAccess(ip), ip, recheck: async () => true };
    if (!cookie || !actor)
      throw new AppError("UNAUTHORIZED", "Sign in, or connect with auth: { token } holding an API key or bot token");
    // Browsers send the cookie by themselves, so another site's page must not be able to open a socket with it.
    if (!sameSite({ header })) throw new AppError("FORBIDDEN", "Cross-site connection refused");
    refuseOtherPerson(actor, pageUser);
    await rooms.accounts.demandSecondFactor(actor);
    const recheck = async () => {
      const now = await rooms.accounts.bySessionToken(cookie);
      return now !== null && (await meetsPolicy(rooms, now));
    };
    return { actor, ip, recheck };
  } catch (error) {
    countGuess(error, ip);
    throw error;
  }
}
