/**
 * The `state` that goes to a provider and comes back: the signed description of a sign-in or link that was begun. It is
 * bound to one browser (web) by the hash of a cookie, lives ten minutes and is spent in the database when it comes
 * back, so the server stores nothing until then, and nobody can fill a table by beginning sign-ins. Its PKCE verifier
 * is derived from it and the server's key, and never leaves.
 */

import { createHash } from "node:crypto";
import { z } from "zod";
import { readJson } from "@/lib/core/format/json";
import { Platform } from "./contract.shapes";

export const STATE_MS = 600_000;

const Begun = z.object({
  nonce: z.string(),
  /** The provider's id, where a room has several. */
  provider: z.string().optional(),
  platform: Platform,
  /** The path of this server to return to. */
  next: z.string().optional(),
  /** The PKCE challenge of an app that gets a code instead of a token. */
  challenge: z.string().optional(),
  /** The port on the person's own computer at which a program waits for the code. */
  loopback: z.number().optional(),
  /** The account to which the provider's account will be linked. */
  link: z.number().optional(),
  /** The key of the invitation that a new person accepts. */
  invitation: z.string().optional(),
  /** Set for document 003's app, whose web client reads the token from the query of its address. */
  in_query: z.boolean().optional(),
  /** Hash of the browser's cookie. */
  browser: z.string().optional(),
  /** Epoch milliseconds. */
  expires: z.number(),
});
export type Begun = z.infer<typeof Begun>;

type Signing = { sign: (purpose: string, text: string) => string; same: (a: string, b: string) => boolean };

/** @param room keeps the states of one room from being valid in another: "discord", "sso" */
export function createStates({ sign, same }: Signing, room: string) {
  const verifierOf = (begun: Begun) => sign(`${room}-pkce`, begun.nonce);
  const signature = (text: string) => sign(`${room}-state`, text);
  return {
    write(begun: Begun): string {
      const text = Buffer.from(JSON.stringify(begun)).toString("base64url");
      return `${text}.${signature(text)}`;
    },

    /** Decodes a state; undefined when this server did not write it. Does not check its expiry. */
    read(state: string | undefined): Begun | undefined {
      const [text = "", given = ""] = (state ?? "").split(".");
      if (!text || !same(given, signature(text))) return undefined;
      return Begun.safeParse(readJson(Buffer.from(text, "base64url").toString("utf8"))).data;
    },

    /** PKCE (RFC 7636, S256). */
    verifierOf,
    /** The value that a provider repeats in its ID token (OpenID Connect, `nonce`). */
    nonceOf: (begun: Begun) => sign(`${room}-nonce`, begun.nonce),
    challengeOf: (begun: Begun) => createHash("sha256").update(verifierOf(begun)).digest("base64url"),
  };
}

export type States = ReturnType<typeof createStates>;
