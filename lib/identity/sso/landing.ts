/** The addresses at which sign-ins end (document 003, decision 006): only those of the environment, and paths of this server. */
import { AppError } from "@/lib/core/errors";
import type { Platform } from "./contract.shapes";

/** The addresses by platform. A token or code is never sent to any other address. */
export type Landings = { web: string } & Partial<Record<Platform, string>>;

/** The page of an invitation. It remembers the token of the invitation that its tab has left for a provider. */
export const INVITATION_PAGE = "/invite";

/** Returns the page on which a person begins whose account an invitation made: the team's, or the dashboard. */
export const firstPage = (team_id: number | null): string =>
  team_id === null ? "/dashboard" : `/dashboard/teams/${team_id}`;

/**
 * Adds a value to an address: to the fragment of a web address, which no server or log sees, or to the query of an app's
 * address. With `inQuery` a web address of the environment gets it in its query too; a path of this server never does.
 */
function carrying(address: string, name: string, value: string, inQuery = false): string {
  const app = !/^(https?:|\/)/i.test(address) || (inQuery && !address.startsWith("/"));
  const [, base = "", query = "", fragment = ""] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(address) ?? [];
  const pair = `${name}=${encodeURIComponent(value)}`;
  if (app) return `${base}${query ? `${query}&` : "?"}${pair}${fragment}`;
  return `${base}${query}${fragment ? `${fragment}&` : "#"}${pair}`;
}

type End = { platform: Platform; loopback?: number };

/** Returns whether a sign-in ends in an app or a program, whose browser is not the client that began it. */
export const endsInApp = ({ platform, loopback }: End): boolean => platform !== "web" || loopback !== undefined;

/**
 * Returns the address at which a sign-in ends, with a value for it. A program on the person's own computer gets it in the
 * query, because a fragment never reaches a server.
 */
export const endWith = (landings: Landings, end: End, name: string, value: string, inQuery = false): string =>
  end.loopback === undefined
    ? carrying(landings[end.platform]!, name, value, inQuery)
    : carrying(`http://127.0.0.1:${end.loopback}/`, name, value, true);

type Asked = {
  platform: Platform;
  next?: string;
  response?: "token" | "code";
  code_challenge?: string;
  loopback_port?: number;
};

/**
 * The part of a state that says where a sign-in ends, and with what.
 *
 * @throws AppError INVALID_INPUT  the platform has no address, a code has no challenge, or a port of a program gets no code
 */
export function endOf(landings: Landings, { platform, next, response, code_challenge, loopback_port }: Asked) {
  const refuse = (field: string, text: string) => new AppError("INVALID_INPUT", `${field}: ${text}`, { field });
  if (!landings[platform]) throw refuse("platform", `set OAUTH_REDIRECT_${platform.toUpperCase()} to sign in from it`);
  if (response === "code" && code_challenge === undefined)
    throw refuse("code_challenge", "is required with response=code");
  if (response === "code" && next !== undefined) throw refuse("next", "cannot be combined with response=code");
  // A token must not reach another program that has taken the port; a code is of no use without its verifier.
  if (loopback_port !== undefined && response !== "code") throw refuse("loopback_port", "needs response=code");
  if (loopback_port !== undefined && platform !== "web") throw refuse("loopback_port", "takes no platform");
  if (loopback_port !== undefined) return { platform, challenge: code_challenge, loopback: loopback_port };
  return { platform, ...(platform === "web" && { next }), ...(response === "code" && { challenge: code_challenge }) };
}
