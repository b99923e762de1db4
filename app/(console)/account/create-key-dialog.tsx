"use client";
import { Plus } from "lucide-react";
import { useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { CodeBlock } from "@/app/_ui/code-block";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Input, Select } from "@/app/_ui/input";
import { useCreateApiKey } from "@/lib/identity/accounts/queries";

const EXPIRY: [string, number | null][] = [
  ["30 days", 30],
  ["90 days", 90],
  ["1 year", 365],
  ["Never", null],
];

/** Makes a key; its secret is shown here once and then forgotten. */
export function CreateKeyDialog({ admin }: { admin: boolean }) {
  const [open, setOpen] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const create = useCreateApiKey();
  const { form, field, formProps, ready, busy, problem, errorOf } = useContractForm(
    () => import("@/lib/identity/accounts/credentials/contract").then((one) => one.createApiKey.body),
    { name: "", scope: "read", expires_in_days: 90 },
    async (body) => setSecret((await create.mutateAsync(body)).secret),
  );
  const change = (next: boolean) => {
    setOpen(next);
    if (!next) {
      setSecret(null);
      form.reset();
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      trigger={
        <Button size="sm">
          <Plus />
          Create key
        </Button>
      }
      title={secret ? "Your new API key" : "Create an API key"}
      description={
        secret ? "Copy the key now. You cannot see it again." : "A key acts as you, limited to the scope you choose."
      }
      footer={
        secret ? (
          <Button variant="primary" onClick={() => change(false)}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={() => change(false)}>Cancel</Button>
            <Button type="submit" disabled={!ready} form="create-key" variant="primary" loading={busy}>
              Create key
            </Button>
          </>
        )
      }
    >
      {secret ? (
        <div className="space-y-3">
          <CodeBlock code={secret} wrap />
          <p className="text-[13px] text-muted">
            Send it as <code>Authorization: Bearer …</code> with every request.
          </p>
        </div>
      ) : (
        <form id="create-key" {...formProps} className="space-y-4">
          <FormProblem problem={problem} />
          <Field label="Name" error={errorOf("name")} hint="Describes where you use the key.">
            <Input placeholder="backup script" autoComplete="off" {...field("name")} />
          </Field>
          <Field label="Scope" error={errorOf("scope")} hint="A key never has more access than you have.">
            <Select {...field("scope")}>
              <option value="read">Read: view only</option>
              <option value="operate">Operate: view, send commands and change bots</option>
              {admin ? <option value="admin">Admin: everything you can do</option> : null}
            </Select>
          </Field>
          <Field label="Expires after" error={errorOf("expires_in_days")}>
            <Select {...field("expires_in_days", { setValueAs: (text) => (text === "never" ? null : Number(text)) })}>
              {EXPIRY.map(([label, days]) => (
                <option key={label} value={days ?? "never"}>
                  {label}
                </option>
              ))}
            </Select>
          </Field>
        </form>
      )}
    </Dialog>
  );
}
