"use client";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { disownChange } from "@/generated/calls/identity/accounts/notices";
import { errorText, request } from "@/lib/client/api";
import { countText } from "@/lib/core/format/units";
import type { Disowned, Remaining } from "@/lib/identity/accounts/notices/contract";
import { AuthCard } from "../auth-card";
import { OneClick } from "../one-click";

export function NotMeForm({ token, acceptsPasswords }: { token: string; acceptsPasswords: boolean }) {
  const [done, setDone] = useState<Disowned>();
  const [left, setLeft] = useState<Disowned>();
  if (done) return <Secured done={done} left={left ?? done} acceptsPasswords={acceptsPasswords} onRemoved={setLeft} />;
  return (
    <AuthCard
      title="Lock your account"
      description={`If that wasn't you, lock everybody out of your account, including yourself, until you ${acceptsPasswords ? "choose a new password" : "sign in again with a provider"}.`}
    >
      <ul className="mb-4 list-disc space-y-1 pl-5 text-muted">
        <li>Every session ends, and every API key is revoked.</li>
        {acceptsPasswords ? <li>Your password stops working. We email you a link to choose another.</li> : null}
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

const KINDS = [
  ["passkey", "Passkeys that can still sign in"],
  ["linked", "Linked accounts that can still sign in"],
  ["service_key", "Service keys you created for teams"],
  ["bot_grant", "Bots you shared"],
  ["tag_grant", "Tags you shared"],
  ["invitation", "Invitations you made"],
  ["push_device", "Devices that receive your notifications"],
  ["webhook", "Webhooks you created"],
  ["incoming_webhook", "Incoming webhooks you created"],
  ["schedule", "Schedules you created"],
  ["maintenance_window", "Maintenance windows you created"],
  ["status_page", "Status pages you created"],
  ["alert_channel", "Alert channels you added"],
] as const;

/** `done` says what was ended, `left` what remains after the latest removal. */
type SecuredProps = { done: Disowned; left: Disowned; acceptsPasswords: boolean; onRemoved: (left: Disowned) => void };

function Secured({ done, left, acceptsPasswords, onRemoved }: SecuredProps) {
  const { sessions, api_keys } = done.ended;
  const canSignIn = done.reset_sent || !acceptsPasswords;
  return (
    <AuthCard
      title="Your account is locked"
      description={`Ended ${countText(sessions, "session")} and revoked ${countText(api_keys, "API key")} of ${done.username}.${done.email_restored ? " Your account has its old email address again." : ""}`}
    >
      <p>
        {acceptsPasswords
          ? done.reset_sent
            ? "Check your email for the link to choose a new password. It works for an hour."
            : "We could not email you a link to choose a new password. Request one below, or ask an admin."
          : "Sign in again with a provider. If somebody else uses your account there, secure it first."}
      </p>
      {left.remaining.length > 0 ? <p className="mt-4">Remove what you do not recognize.</p> : null}
      {KINDS.map(([kind, title]) => {
        const rows = left.remaining.filter((way) => way.kind === kind);
        return rows.length > 0 ? (
          <section key={kind} className="mt-4">
            <h2 className="font-medium">{title}</h2>
            <ul>
              {rows.map((way) => (
                <RemainingRow key={way.id} way={way} token={left.removal_token} onRemoved={onRemoved} />
              ))}
            </ul>
          </section>
        ) : null;
      })}
      <Button asChild className="mt-5 w-full">
        <Link href={canSignIn ? "/login" : "/forgot"}>{canSignIn ? "Go to sign-in" : "Request a link"}</Link>
      </Button>
    </AuthCard>
  );
}

type RowProps = { way: Remaining; token: string; onRemoved: (left: Disowned) => void };

function RemainingRow({ way, token, onRemoved }: RowProps) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  async function remove() {
    setBusy(true);
    setProblem(undefined);
    try {
      onRemoved(await request(disownChange, { body: { token, remove: { kind: way.kind, id: way.id } } }));
    } catch (error) {
      setProblem(errorText(error));
      setBusy(false);
    }
  }
  return (
    <li className="mt-1.5 flex flex-wrap items-center gap-2">
      <span className="min-w-0 flex-1 break-words text-muted">{way.name}</span>
      <Button
        size="sm"
        variant="danger"
        loading={isBusy}
        aria-label={`Remove ${way.name}`}
        onClick={() => void remove()}
      >
        Remove
      </Button>
      {problem ? (
        <p role="alert" className="basis-full text-[13px] text-bad">
          {problem}
        </p>
      ) : null}
    </li>
  );
}
