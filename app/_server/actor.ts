/** Finds the session cookie's user, once per rendered page. */
import { cookies, headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { builtApp } from "@/lib/app.built";
import type { UserActor } from "@/lib/core/actor";
import { SESSION_COOKIE } from "@/lib/edge/http/cookies";

/** The signed-in user, or null. */
export const pageActor = cache(async (): Promise<UserActor | null> => {
  const token = (await cookies()).get(SESSION_COOKIE)?.value;
  return token ? builtApp().accounts.bySessionToken(token) : null;
});

/**
 * Returns the signed-in user. Anybody else is redirected to the sign-in page. A user without `role` gets "not found".
 */
export async function requireActor(role?: "admin" | "staff"): Promise<UserActor> {
  const actor = await pageActor();
  if (!actor) {
    const from = (await headers()).get("x-pathname");
    redirect(from ? `/login?next=${encodeURIComponent(from)}` : "/login");
  }
  if (role === "admin" ? actor.role !== "admin" : role === "staff" && actor.role === "user") notFound();
  return actor;
}
