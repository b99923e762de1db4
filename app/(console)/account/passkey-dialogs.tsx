"use client";
import { type ComponentProps, useState } from "react";
import { ContractDialog } from "@/app/_shell/contract-dialog";
import { Field, Input } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { deviceName } from "@/lib/core/format/user-agent";
import type { Passkey } from "@/lib/identity/accounts/passkeys/contract";
import { useAddPasskey, useRenamePasskey } from "@/lib/identity/accounts/passkeys/queries";
import { CodesDialog } from "./recovery-codes";

const nameBody = () => import("@/lib/identity/accounts/passkeys/contract").then((one) => one.renamePasskey.body);

/** Names a new passkey, then lets the browser create it. */
export function AddPasskeyDialog({ onClose }: { onClose: () => void }) {
  const add = useAddPasskey();
  const [codes, setCodes] = useState<string[]>();
  if (codes) return <CodesDialog title="Your passkey is ready" codes={codes} onClose={onClose} />;
  return (
    <ContractDialog
      title="Add a passkey"
      description="Your browser then asks where to keep it: on this device, on your phone or on a security key."
      verb="Add passkey"
      load={nameBody}
      defaultValues={{ name: deviceName(navigator.userAgent) }}
      send={async ({ name }) => {
        const { recovery_codes } = await add.mutateAsync(name);
        toast.success(`Added passkey ${name}`);
        if (recovery_codes) setCodes(recovery_codes);
        else onClose();
      }}
      onClose={onClose}
    >
      {({ field, errorOf }) => <NameField error={errorOf("name")} {...field("name")} />}
    </ContractDialog>
  );
}

export function RenamePasskeyDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const rename = useRenamePasskey(passkey.id);
  return (
    <ContractDialog
      title={`Rename passkey ${passkey.name}`}
      verb="Rename"
      load={nameBody}
      defaultValues={{ name: passkey.name }}
      send={async (body) => {
        await rename.mutateAsync(body);
        onClose();
      }}
      onClose={onClose}
    >
      {({ field, errorOf }) => <NameField error={errorOf("name")} {...field("name")} />}
    </ContractDialog>
  );
}

function NameField({ error, ...input }: { error?: string } & ComponentProps<"input">) {
  return (
    <Field label="Name" error={error} hint="Describes where the passkey is kept.">
      <Input autoComplete="off" autoFocus {...input} />
    </Field>
  );
}
