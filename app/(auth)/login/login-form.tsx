"use client";
import Link from "next/link";
import { useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Field, Input } from "@/app/_ui/input";
import { PasswordInput } from "@/app/_ui/password-input";
import { login } from "@/generated/calls/identity/accounts";
import { ApiError, request } from "@/lib/client/api";
import { AuthCard } from "../auth-card";
import { ProviderButtons, type Ways } from "../provider-buttons";
import { CodeCard, CodeField } from "./code-form";
import { JoinForm } from "./join-form";
import { PasskeyButton, usePasskeyAutofill } from "./passkey-button";

type LoginFormProps = {
  next: string;
  passwordChanged: boolean;
  /** Whether passwords of this server sign in, beside those of the directory. */
  acceptsPasswords: boolean;
  /** The name of the LDAP directory whose passwords sign in. */
  directory: string | null;
  openSignup: boolean;
  /** The server has no admin yet. */
  isUnclaimed: boolean;
  /** The providers that are offered, and why the last attempt was refused. */
  ways: Ways;
  refusal?: string;
  /** Whether browsers can use passkeys at this server's address. */
  passkeys: boolean;
};

/** Sends the form, and keeps what the server asks for before it signs somebody in. */
function useLogin(next: string) {
  /** The ways to prove a second factor, once the server has asked for one. */
  const [asked, setAsked] = useState<readonly string[] | null>(null);
  /** Names the person in the directory, whose account here has to be linked first. */
  const [ticket, setTicket] = useState<string>();
  const form = useContractForm(
    () => import("@/lib/identity/accounts/contract").then((one) => one.login.body),
    { username: "", password: "", otp: undefined },
    async (body) => {
      try {
        await request(login, { body });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const { code, details } = error;
        if (typeof details?.ticket === "string") setTicket(details.ticket);
        else if (code === "SECOND_FACTOR_REQUIRED") setAsked(Array.isArray(details?.ways) ? details.ways : []);
        else throw error;
        return;
      }
      // Load the whole page, so that the socket and every cache start again as this user.
      window.location.assign(next);
      await new Promise(() => undefined);
    },
  );
  return { ...form, asked, setAsked, ticket };
}

export function LoginForm(props: LoginFormProps) {
  const { next, passwordChanged, openSignup, isUnclaimed, ways, refusal, passkeys, acceptsPasswords } = props;
  const autofillProblem = usePasskeyAutofill(passkeys, next);
  const { form, field, formProps, ready, busy, problem, waitSeconds, errorOf, asked, setAsked, ticket } =
    useLogin(next);
  const submit = (
    <Button type="submit" variant="primary" className="w-full" loading={busy} disabled={!ready || waitSeconds > 0}>
      Sign in
    </Button>
  );
  const goBack = () => {
    form.reset();
    setAsked(null);
  };
  if (ticket !== undefined) return <JoinForm next={next} acceptsPasswords={acceptsPasswords} ticket={ticket} />;
  if (asked)
    return (
      <CodeCard ways={asked} next={next} onBack={goBack}>
        <form {...formProps} className="space-y-4">
          <FormProblem problem={problem} waitSeconds={waitSeconds} />
          <CodeField error={errorOf("otp")} {...field("otp")} />
          {submit}
        </form>
      </CodeCard>
    );
  return (
    <AuthCard
      title="Sign in"
      description={
        passwordChanged
          ? "Your password was changed and you were signed out everywhere. Sign in with your new password."
          : descriptionOf(props)
      }
      footer={<OtherWays openSignup={openSignup} isUnclaimed={isUnclaimed} />}
    >
      <form {...formProps} className="space-y-4">
        <FormProblem problem={problem ?? autofillProblem ?? refusal} waitSeconds={waitSeconds} />
        <Field label="Username or email" error={errorOf("username")}>
          <Input
            autoComplete={passkeys ? "username webauthn" : "username"}
            autoCapitalize="none"
            spellCheck={false}
            {...field("username")}
          />
        </Field>
        <Field
          label="Password"
          error={errorOf("password")}
          aside={
            acceptsPasswords ? (
              <Link href="/forgot" className="text-[13px] text-accent hover:underline">
                Forgot password?
              </Link>
            ) : null
          }
        >
          <PasswordInput autoComplete="current-password" {...field("password")} />
        </Field>
        {submit}
      </form>
      {passkeys ? <PasskeyButton next={next} /> : null}
      <ProviderButtons {...ways} next={next} />
    </AuthCard>
  );
}

/** Says whose username and password the form takes. */
function descriptionOf({
  directory,
  acceptsPasswords,
}: Pick<LoginFormProps, "directory" | "acceptsPasswords">): string {
  if (directory === null) return "Sign in to manage the chat bots connected to this server.";
  return `Sign in with your ${directory} account${acceptsPasswords ? ", or with an account of this server" : ""}.`;
}

/** Links for people who have no account yet. */
function OtherWays({ openSignup, isUnclaimed }: Pick<LoginFormProps, "openSignup" | "isUnclaimed">) {
  if (isUnclaimed)
    return (
      <Link href="/setup" className="text-accent underline">
        Set up this server
      </Link>
    );
  if (!openSignup) return null;
  return (
    <>
      No account?{" "}
      <Link href="/signup" className="text-accent underline">
        Create one
      </Link>
    </>
  );
}
