"use client";
import { ContractDialog } from "@/app/_shell/contract-dialog";
import { Field, Input } from "@/app/_ui/input";
import { PasswordInput } from "@/app/_ui/password-input";
import { toast } from "@/app/_ui/toast";
import { useRemoveSecondFactor } from "@/lib/identity/accounts/second-factor/queries";

/** Asks for the password and a code before the authenticator app is turned off. */
export default function RemoveDialog({ hasPasskeys, onClose }: { hasPasskeys: boolean; onClose: () => void }) {
  const remove = useRemoveSecondFactor();
  return (
    <ContractDialog
      title="Turn off the authenticator app"
      description={
        hasPasskeys
          ? "From now on, signing in needs a passkey or a recovery code."
          : "From now on, your password alone signs you in. Your recovery codes stop working."
      }
      verb="Turn off"
      tone="danger"
      load={() => import("@/lib/identity/accounts/second-factor/contract").then((one) => one.removeSecondFactor.body)}
      defaultValues={{ password: "", otp: "" }}
      send={async (body) => {
        await remove.mutateAsync(body);
        toast.success("The authenticator app is off");
        onClose();
      }}
      onClose={onClose}
    >
      {({ field, errorOf }) => (
        <>
          <Field label="Current password" error={errorOf("password")}>
            <PasswordInput autoComplete="current-password" {...field("password")} />
          </Field>
          <Field label="Code" error={errorOf("otp")} hint="From your authenticator app, or a recovery code.">
            <Input autoComplete="one-time-code" {...field("otp")} />
          </Field>
        </>
      )}
    </ContractDialog>
  );
}
