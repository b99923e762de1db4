/** JWTs (CONTRACT: credentials): HS256, seven days, tied to a session row, so that ending the session ends them. */
import { decodeJwt, jwtVerify, SignJWT } from "jose";
import { once } from "@/lib/core/once";
import { derivedKey } from "@/lib/core/secrets";
import type { Role } from "@/lib/identity/accounts/contract";

export type Claims = {
  user_id: number;
  discord_id: string | null;
  role: Role;
  permissions: string[];
  session_id: string;
  /** `haze`: the token was issued to document 003's app. */
  dialect?: "haze";
};

const key = once(() => new Uint8Array(derivedKey("jwt")));

/** `expiresAt` in epoch milliseconds. */
export const signJwt = (claims: Claims, issuedAt: number, expiresAt: number): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt(Math.floor(issuedAt / 1000))
    .setExpirationTime(Math.floor(expiresAt / 1000))
    .sign(key());

/** The session a JWT names; null when it was not signed here or is over. Its other claims are for clients to read. */
export async function readJwt(token: string, at: number): Promise<{ user_id: number; session_id: string } | null> {
  try {
    const { payload } = await jwtVerify(token, key(), { algorithms: ["HS256"], currentDate: new Date(at) });
    const { user_id, session_id } = payload;
    return typeof user_id === "number" && typeof session_id === "string" ? { user_id, session_id } : null;
  } catch {
    return null;
  }
}

/** Returns whether a token, which somebody else verifies, was issued to document 003's app. */
export function isAppJwt(token: string): boolean {
  try {
    return decodeJwt(token).dialect === "haze";
  } catch {
    return false;
  }
}
