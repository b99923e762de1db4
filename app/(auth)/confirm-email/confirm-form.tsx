"use client";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { confirmEmailChange } from "@/generated/calls/identity/accounts/addresses";
import { request } from "@/lib/client/api";
import { AuthCard } from "../auth-card";
import { OneClick } from "../one-click";

export function ConfirmEmailForm({ token }: { token: string }) {
  const [done, setDone] = useState<{ username: string; email: string }>();
  if (done) {
    return (
      <AuthCard
        title="Email address changed"
        description={
          <>
            The address of the account <strong className="break-all font-medium text-text">{done.username}</strong> is
            now <strong className="break-all font-medium text-text">{done.email}</strong>.
          </>
        }
      >
        <Button asChild variant="primary" className="w-full">
          <Link href="/account">Go to your account</Link>
        </Button>
      </AuthCard>
    );
  }
  return (
    <AuthCard
      title="Confirm your new email address"
      description="Confirm that this address is yours. This server then sends your email to it."
    >
      <OneClick
        label="Confirm address"
        spend={() => request(confirmEmailChange, { body: { token } })}
        onDone={setDone}
      />
    </AuthCard>
  );
}
