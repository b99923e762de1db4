"use client";
import { useHydrated } from "@/app/_ui/use-hydrated";
import { AuthCard } from "../auth-card";
import { IncompleteLink } from "../link-token";
import { InviteForm, type ReaderProps } from "./invite-form";
import { rememberedInvitation } from "./remembered";

/** Shows the invitation that this tab left for a sign-in provider, once the person is back. */
export function ReturnedForm(reader: ReaderProps) {
  const isHydrated = useHydrated();
  if (!isHydrated) return <AuthCard title="Invitation" description="Looking up your invitation…" />;
  const token = rememberedInvitation();
  if (token !== undefined) return <InviteForm token={token} {...reader} isBack />;
  return (
    <IncompleteLink
      description="Open the complete link of your invitation, or ask for a new one."
      href="/login"
      label="Sign in"
    />
  );
}
