import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { problemText } from "@/lib/community/discord/contract";
import { readConsole } from "../../_server/user";
import { safeNext } from "../next-path";
import { CodeForm } from "./code-form";
import { LoginForm } from "./login-form";

export const metadata: Metadata = { title: "Sign in" };

export default async function LoginPage({
  searchParams,
}: {
  searchParams: Promise<{
    next?: string | string[];
    done?: string | string[];
    error?: string | string[];
    step?: string | string[];
  }>;
}) {
  const query = await searchParams;
  const next = safeNext(query.next);
  const { user, signup, has_discord } = await readConsole();
  // First, because a sign-in that waits for its code replaces the session of another account.
  if (query.step === "code") return <CodeForm next={next} />;
  if (user) redirect(next);
  return (
    <LoginForm
      next={next}
      openSignup={signup === "open" || signup === "verified"}
      isUnclaimed={signup === "unclaimed"}
      passwordChanged={query.done === "password"}
      discord={has_discord}
      refusal={problemText(query.error)}
    />
  );
}
