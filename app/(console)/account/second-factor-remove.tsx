"use client";
import { ContractDialog } from "@/app/_shell/contract-dialog";
import { Field, Input } from "@/app/_ui/input";
import { PasswordInput } from "@/app/_ui/password-input";
import { toast } from "@/app/_ui/toast";
import { useRemoveSecondFactor } from "@/lib/identity/accounts/second-factor/queries";

type RemoveDialogProps = { hasPasskeys: boolean; hasPassword: boolean; onClose: () => void };

/** Asks for a code, and for the password of an account that has one, before the authenticator app is turned off. */
export default function RemoveDialog({ hasPasskeys, hasPassword, onClose }: RemoveDialogProps) {
  const remove = useRemoveSecondFactor();
  return (
    <ContractDialog
      title="Turn off the authenticator app"
      description={
        hasPasskeys
          ? "From now on, signing in needs a passkey or a recovery code."
          : `From now on, ${hasPassword ? "your password" : "a provider"} alone signs you in. Your recovery codes stop working.`
      }
      verb="Turn off"
      tone="danger"
      load={() => import("@/lib/identity/accounts/second-factor/contract").then((one) => one.removeSecondFactor.body)}
      defaultValues={{ password: hasPassword ? "" : undefined, otp: "" }}
      send={async (body) => {
        await remove.mutateAsync(body);
        toast.success("The authenticator app is off");
        onClose();
      }}
      onClose={onClose}
    >
      {({ field, errorOf }) => (
        <>
          {hasPassword ? (
            <Field label="Current password" error={errorOf("password")}>
              <PasswordInput autoComplete="current-password" {...field("password")} />
            </Field>
          ) : null}
          <Field label="Code" error={errorOf("otp")} hint="From your authenticator app, or a recovery code.">
            <Input autoComplete="one-time-code" {...field("otp")} />
          </Field>
        </>
      )}
    </ContractDialog>
  );
}
