"use client";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { disownChange } from "@/generated/calls/identity/accounts/notices";
import { request } from "@/lib/client/api";
import { countText } from "@/lib/core/format/units";
import type { Disowned } from "@/lib/identity/accounts/notices/contract";
import { AuthCard } from "../auth-card";
import { OneClick } from "../one-click";

export function NotMeForm({ token }: { token: string }) {
  const [done, setDone] = useState<Disowned>();
  if (done) return <Secured done={done} />;
  return (
    <AuthCard
      title="Lock your account"
      description="If that wasn't you, lock everybody out of your account, including yourself, until you choose a new password."
    >
      <ul className="mb-4 list-disc space-y-1 pl-5 text-muted">
        <li>Every session ends, and every API key is revoked.</li>
        <li>Your password stops working. We email you a link to choose another.</li>
        <li>If your email address was changed, you get the old one back.</li>
      </ul>
      <OneClick
        label="Lock account"
        variant="danger"
        spend={() => request(disownChange, { body: { token } })}
        onDone={setDone}
      />
    </AuthCard>
  );
}

function Secured({ done }: { done: Disowned }) {
  const { sessions, api_keys } = done.ended;
  const left = [
    ["Passkeys that can still sign in", done.passkeys],
    [
      "Linked accounts that can still sign in",
      done.linked.map(({ provider, username }) => `${username} (${provider})`),
    ],
    ["Bots you shared", done.shared_bots.map(({ bot_id, shared_with }) => `${bot_id} with ${shared_with}`)],
  ] as const;
  return (
    <AuthCard
      title="Your account is locked"
      description={`Ended ${countText(sessions, "session")} and revoked ${countText(api_keys, "API key")} of ${done.username}.${done.email_restored ? " Your account has its old email address again." : ""}`}
    >
      <p>
        {done.reset_sent
          ? "Check your email for the link to choose a new password. It works for an hour."
          : "We could not email you a link to choose a new password. Request one below, or ask an admin."}
      </p>
      {left.map(([title, names]) =>
        names.length > 0 ? (
          <div key={title} className="mt-4">
            <h2 className="font-medium">{title}</h2>
            <ul className="mt-1 list-disc pl-5 text-muted">
              {names.map((name) => (
                <li key={name} className="break-words">
                  {name}
                </li>
              ))}
            </ul>
          </div>
        ) : null,
      )}
      {left.some(([, names]) => names.length > 0) ? (
        <p className="mt-4 text-muted">Sign in and remove what you do not recognize.</p>
      ) : null}
      <Button asChild className="mt-5 w-full">
        <Link href={done.reset_sent ? "/login" : "/forgot"}>
          {done.reset_sent ? "Go to sign-in" : "Request a link"}
        </Link>
      </Button>
    </AuthCard>
  );
}
