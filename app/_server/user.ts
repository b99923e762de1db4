/** Finds out who opened the page and what this server offers, once per rendered page. */
import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { getConsole } from "@/generated/calls/operations/system";
import { read } from "./api";

/** Reads who is signed in and what this server offers. */
export const readConsole = cache(() => read(getConsole, {}));

/**
 * Returns the signed-in user. Anybody else is redirected to the sign-in page. A user without `role` gets "not found",
 * and one who must add a second factor or choose a new password first is led to the account page.
 */
export async function requireUser(role?: "admin" | "staff") {
  const { user } = await readConsole();
  const from = (await headers()).get("x-pathname");
  if (!user) {
    redirect(from ? `/login?next=${encodeURIComponent(from)}` : "/login");
  }
  if ((user.needs_second_factor || user.needs_new_password) && from?.split("?")[0] !== "/account") redirect("/account");
  if (role === "admin" ? user.role !== "admin" : role === "staff" && user.role === "user") notFound();
  return user;
}
