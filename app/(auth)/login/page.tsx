import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { FormProblem } from "@/app/_shell/form-problem";
import { problemText as discordProblem } from "@/lib/community/discord/contract";
import { problemText as ssoProblem } from "@/lib/identity/sso/contract";
import { readConsole } from "../../_server/user";
import { AuthCard } from "../auth-card";
import { safeNext } from "../next-path";
import { ProviderButtons } from "../provider-buttons";
import { CodeForm } from "./code-form";
import { JoinForm } from "./join-form";
import { LoginForm } from "./login-form";
import { PasskeyButton } from "./passkey-button";

export const metadata: Metadata = { title: "Sign in" };

export default async function LoginPage({
  searchParams,
}: {
  searchParams: Promise<{
    next?: string | string[];
    done?: string | string[];
    error?: string | string[];
    sso_error?: string | string[];
    step?: string | string[];
  }>;
}) {
  const query = await searchParams;
  const next = safeNext(query.next);
  const { user, signup, has_discord, has_passkeys, accepts_passwords, directory, providers } = await readConsole();
  // First, because a sign-in that waits for its code replaces the session of another account.
  if (query.step === "code") return <CodeForm next={next} passkeys={has_passkeys} />;
  if (query.step === "join") return <JoinForm next={next} acceptsPasswords={accepts_passwords} />;
  if (user) redirect(next);
  const ways = { discord: has_discord, providers };
  const refusal = discordProblem(query.error) ?? ssoProblem(query.sso_error);
  if (!accepts_passwords && directory === null && signup !== "unclaimed")
    return (
      <AuthCard title="Sign in" description="Sign in to manage the chat bots connected to this server.">
        <FormProblem problem={refusal} />
        <ProviderButtons {...ways} next={next} isBelowForm={false} />
        {has_passkeys ? <PasskeyButton next={next} /> : null}
      </AuthCard>
    );
  return (
    <LoginForm
      next={next}
      openSignup={signup === "open" || signup === "verified"}
      isUnclaimed={signup === "unclaimed"}
      passwordChanged={query.done === "password"}
      acceptsPasswords={accepts_passwords}
      directory={directory}
      ways={ways}
      refusal={refusal}
      passkeys={has_passkeys}
    />
  );
}
