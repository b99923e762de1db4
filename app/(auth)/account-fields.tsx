"use client";
import type { ComponentProps, ReactNode } from "react";
import { PasswordStrength } from "@/app/_shell/password-strength";
import { Field, Input } from "@/app/_ui/input";
import { PasswordInput } from "@/app/_ui/password-input";

type Name = "username" | "email" | "fullname" | "password";
type AccountFieldsProps = {
  field: (name: Name) => ComponentProps<"input">;
  errorOf: (name: Name) => string | undefined;
  /** The values as they are typed, for the strength of the password. */
  typed: { username: string; email?: string; fullname?: string; password: string };
  emailHint: ReactNode;
  /** The address was decided by somebody else. */
  isEmailFixed?: boolean;
};

/** The fields of a new account, for people who sign up and for those who were invited. */
export function AccountFields({ field, errorOf, typed, emailHint, isEmailFixed = false }: AccountFieldsProps) {
  const { username, email = "", fullname, password } = typed;
  return (
    <>
      <Field label="Username" error={errorOf("username")}>
        <Input autoComplete="username" autoCapitalize="none" spellCheck={false} {...field("username")} />
      </Field>
      <Field label="Email" error={errorOf("email")} hint={emailHint}>
        <Input type="email" autoComplete="email" readOnly={isEmailFixed} {...field("email")} />
      </Field>
      <Field label="Full name (optional)" error={errorOf("fullname")}>
        <Input autoComplete="name" {...field("fullname")} />
      </Field>
      <Field
        label="Password"
        error={errorOf("password")}
        hint={<PasswordStrength password={password} person={{ username, email, fullname }} />}
      >
        <PasswordInput autoComplete="new-password" {...field("password")} />
      </Field>
    </>
  );
}
