/**
 * next-auth over the same sessions (CONTRACT: credentials): its cookie is `session_token`, its rows are ours, so
 * GET /api/auth/session knows who signed in by POST /api/auth/login, and the API knows who came by Discord.
 */
import type { NextAuthOptions } from "next-auth";
import Discord from "next-auth/providers/discord";
import { emit } from "@/lib/bus";
import { now } from "@/lib/clock";
import { env } from "@/lib/env";
import { newId } from "@/lib/ids";
import { logger } from "@/lib/logger";
import { derivedKey, hashToken, newToken } from "@/lib/secrets";
import { SESSION_MS } from "./service";
import { createUserStore } from "./store";
import { createAdapter, linkedAccount } from "./store.nextauth";

type DiscordProfile = { email?: string | null; verified?: boolean };

/**
 * Who may come in by a provider: who has an account already, and new people while sign-up is open, with an address the
 * provider has verified (an unverified one could be somebody else's).
 *
 * @returns true, or the page that says why not
 */
async function maySignIn(provider: string, id: string, profile: DiscordProfile): Promise<true | string> {
  const known = await linkedAccount(provider, id);
  if (known === "deactivated") return "/login?error=deactivated";
  if (known === "none" && !env.OPEN_SIGNUP) return "/login?error=signup-closed";
  if (known === "none" && !(profile.email && profile.verified)) return "/login?error=email-unverified";
  return true;
}

export async function authOptions(): Promise<NextAuthOptions> {
  const secure = env.PUBLIC_URL?.startsWith("https:") ?? false;
  const { DISCORD_CLIENT_ID: clientId, DISCORD_CLIENT_SECRET: clientSecret } = env;
  return {
    adapter: await createAdapter({
      users: createUserStore(),
      now,
      newId,
      hash: hashToken,
      sessionEnded: (session) => emit("access.revoked", session),
    }),
    secret: derivedKey("next-auth").toString("base64url"),
    useSecureCookies: secure,
    session: {
      strategy: "database",
      maxAge: SESSION_MS / 1000,
      // Never prolonged: an update would be due only when the session is over.
      updateAge: SESSION_MS / 1000,
      generateSessionToken: () => newToken("ms"),
    },
    cookies: {
      sessionToken: { name: "session_token", options: { httpOnly: true, sameSite: "lax", path: "/", secure } },
    },
    pages: { signIn: "/login", error: "/login" },
    providers: clientId && clientSecret ? [Discord({ clientId, clientSecret })] : [],
    callbacks: {
      signIn: ({ account, profile }) =>
        account ? maySignIn(account.provider, account.providerAccountId, (profile ?? {}) as DiscordProfile) : false,
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
