"use client";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { verifyEmail } from "@/generated/calls/identity/accounts";
import { request } from "@/lib/client/api";
import { AuthCard } from "../auth-card";
import { OneClick } from "../one-click";

export function VerifyForm({ token }: { token: string }) {
  const [done, setDone] = useState<{ username: string; email: string }>();
  if (done) {
    return (
      <AuthCard
        title="Email address verified"
        description={
          <>
            <strong className="break-all font-medium text-text">{done.email}</strong> is now verified for the account{" "}
            <strong className="break-all font-medium text-text">{done.username}</strong>.
          </>
        }
      >
        <Button asChild variant="primary" className="w-full">
          <Link href="/dashboard">Go to the dashboard</Link>
        </Button>
      </AuthCard>
    );
  }
  return (
    <AuthCard
      title="Verify your email address"
      description="Confirm that this address is yours so that this server can send you email."
    >
      <OneClick label="Verify address" spend={() => request(verifyEmail, { body: { token } })} onDone={setDone} />
    </AuthCard>
  );
}
