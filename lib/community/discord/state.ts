/**
 * The `state` that goes to Discord and comes back: the signed description of a sign-in or link that was begun. It is
 * bound to one browser (web) by the hash of a cookie, lives ten minutes and is spent in the database when it comes
 * back, so the server stores nothing until then, and nobody can fill a table by beginning sign-ins. Its PKCE verifier
 * is derived from it and the server's key, and never leaves.
 */

import { createHash } from "node:crypto";
import { z } from "zod";
import { readJson } from "@/lib/core/format/json";
import { Platform } from "./contract";

export const STATE_MS = 600_000;

const Begun = z.object({
  nonce: z.string(),
  platform: Platform,
  /** The path of this server to return to. */
  next: z.string().optional(),
  /** The account to which the Discord account will be linked. */
  link: z.number().optional(),
  /** Hash of the browser's cookie. */
  browser: z.string().optional(),
  /** Epoch milliseconds. */
  expires: z.number(),
});
export type Begun = z.infer<typeof Begun>;

type Signing = { sign: (purpose: string, text: string) => string; same: (a: string, b: string) => boolean };

export function createStates({ sign, same }: Signing) {
  const verifierOf = (begun: Begun) => sign("discord-pkce", begun.nonce);
  return {
    write(begun: Begun): string {
      const text = Buffer.from(JSON.stringify(begun)).toString("base64url");
      return `${text}.${sign("discord-state", text)}`;
    },

    /** Decodes a state; undefined when this server did not write it. Does not check its expiry. */
    read(state: string | undefined): Begun | undefined {
      const [text = "", signature = ""] = (state ?? "").split(".");
      if (!text || !same(signature, sign("discord-state", text))) return undefined;
      return Begun.safeParse(readJson(Buffer.from(text, "base64url").toString("utf8"))).data;
    },

    /** PKCE (RFC 7636, S256). */
    verifierOf,
    challengeOf: (begun: Begun) => createHash("sha256").update(verifierOf(begun)).digest("base64url"),
  };
}

export type States = ReturnType<typeof createStates>;
