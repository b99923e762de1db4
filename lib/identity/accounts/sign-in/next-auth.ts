/**
 * next-auth over the same sessions (CONTRACT: credentials): its cookie is `session_token`, its rows are ours, so
 * GET /api/auth/session knows who signed in, by password or by Discord. It offers no provider of its own: a second door
 * beside lib/community/discord would have to keep the same rules (roles of the guild, no joining of accounts by address).
 */
import type { NextAuthOptions } from "next-auth";
import { emit } from "@/lib/core/bus";
import { env } from "@/lib/core/env";
import { logger } from "@/lib/core/log/logger";
import { derivedKey, hashToken, newToken } from "@/lib/core/secrets";
import { SESSION_MS } from "@/lib/identity/accounts/service.sessions";
import { createAdapter } from "./store.next-auth";

export async function authOptions(): Promise<NextAuthOptions> {
  const secure = env.PUBLIC_URL?.startsWith("https:") ?? false;
  return {
    adapter: await createAdapter({
      hash: hashToken,
      sessionEnded: (session) => emit("access.revoked", session),
    }),
    secret: derivedKey("next-auth").toString("base64url"),
    useSecureCookies: secure,
    session: {
      strategy: "database",
      maxAge: SESSION_MS / 1000,
      // Sessions are never prolonged: with this value an update is due only when the session has ended.
      updateAge: SESSION_MS / 1000,
      generateSessionToken: () => newToken("ms"),
    },
    cookies: {
      sessionToken: { name: "session_token", options: { httpOnly: true, sameSite: "lax", path: "/", secure } },
    },
    pages: { signIn: "/login", error: "/login" },
    providers: [],
    callbacks: {
      signIn: () => false,
      session: ({ session, user }) => ({
        ...session,
        user: { ...session.user, id: Number(user.id), role: (user as { role?: string }).role ?? "user" },
      }),
    },
    logger: {
      error: (code, metadata) => logger.error({ code, err: metadata }, "next-auth failed"),
      warn: (code) => logger.warn({ code }, "next-auth warns"),
      debug: () => {},
    },
  };
}
