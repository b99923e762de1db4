"use client";
import Link from "next/link";
import { useId, useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog, Dialog } from "@/app/_ui/dialog";
import { StaleNote } from "@/app/_ui/empty-state";
import { Field } from "@/app/_ui/input";
import { PasswordInput } from "@/app/_ui/password-input";
import { toast } from "@/app/_ui/toast";
import { errorText } from "@/lib/client/api";
import type { SsoLinks } from "@/lib/identity/sso/contract";
import { goToLinkIdentity, useSsoLinks, useUnlinkIdentity } from "@/lib/identity/sso/queries";

type Provider = SsoLinks["providers"][number];

type IdentitiesProps = { initial: SsoLinks; acceptsPasswords: boolean; problem?: string };

/** Links the account to identities at sign-in providers, or unlinks them. `problem` is the error of the last attempt. */
export function Identities({ initial, acceptsPasswords, problem }: IdentitiesProps) {
  const status = useSsoLinks(initial);
  const unlink = useUnlinkIdentity();
  const [linking, setLinking] = useState<Provider>();
  const { providers, links, has_password } = status.data;
  if (providers.length === 0 && links.length === 0) return null;
  const others = providers.filter(({ id }) => !links.some(({ provider }) => provider === id));
  return (
    <Card>
      <CardHeader>
        <CardTitle>Sign-in providers</CardTitle>
      </CardHeader>
      {status.isError ? <StaleNote message={errorText(status.error)} onRetry={() => void status.refetch()} /> : null}
      <div className="space-y-3 p-4 empty:hidden">
        <FormProblem problem={problem} />
        {links.map(({ id, name, username, provider }) => (
          <div key={id} className="flex flex-wrap items-center justify-between gap-3">
            <p className="min-w-0 text-muted">
              <strong className="break-all font-medium text-text">
                <bdi>{username}</bdi>
              </strong>{" "}
              <span className="text-[13px] text-faint">{name}</span>
              {provider === null ? <span className="block text-[13px]">This server no longer offers it.</span> : null}
            </p>
            <ConfirmDialog
              trigger={<Button>Unlink</Button>}
              title={`Unlink ${username} (${name})`}
              consequence="You can no longer sign in with it. Open sessions stay signed in, and you can link it again later."
              verb="Unlink"
              tone="primary"
              onConfirm={async () => {
                await unlink.mutateAsync(id);
                toast.success("Identity unlinked");
              }}
            />
          </div>
        ))}
        {others.map((provider) => (
          <div key={provider.id} className="flex flex-wrap items-center justify-between gap-3">
            <p className="text-muted">Link {provider.name} to sign in with it. Your role does not change.</p>
            <Button onClick={() => setLinking(provider)}>Link {provider.name}</Button>
          </div>
        ))}
        {has_password || !acceptsPasswords ? null : (
          <p className="text-[13px] text-faint">
            Your account has no password.{" "}
            <Link href="/forgot" className="text-accent underline">
              Set one
            </Link>{" "}
            if you want to sign in without a provider.
          </p>
        )}
      </div>
      {linking ? (
        <LinkDialog provider={linking} hasPassword={has_password} onClose={() => setLinking(undefined)} />
      ) : null}
    </Card>
  );
}

type LinkDialogProps = { provider: Provider; hasPassword: boolean; onClose: () => void };

/** Asks for the password before the browser leaves for the provider. */
function LinkDialog({ provider, hasPassword, onClose }: LinkDialogProps) {
  const id = useId();
  const { field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () => import("@/lib/identity/sso/contract").then((one) => one.startSsoLink.body),
    { password: hasPassword ? "" : undefined },
    async (body) => {
      await goToLinkIdentity(provider.id, body);
      await new Promise(() => undefined);
    },
  );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Link ${provider.name}`}
      description={`You sign in to ${provider.name} next. From then on it opens this account.`}
      className="max-w-md"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" loading={busy} disabled={!ready || waitSeconds > 0}>
            Continue
          </Button>
        </>
      }
    >
      <form id={id} {...formProps} className="space-y-4">
        <FormProblem problem={problem} waitSeconds={waitSeconds} />
        {hasPassword ? (
          <Field label="Current password" error={errorOf("password")}>
            <PasswordInput autoComplete="current-password" {...field("password")} />
          </Field>
        ) : null}
      </form>
    </Dialog>
  );
}
