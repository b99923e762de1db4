"use client";
import { Plus } from "lucide-react";
import { useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Input } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { createBackup } from "@/lib/backups/contract";
import { useCreateBackup } from "@/lib/backups/queries";

/** Opens the dialog that takes a backup now. */
export function CreateButton({ disabled }: { disabled: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="primary" disabled={disabled} onClick={() => setOpen(true)}>
        <Plus />
        Take a backup
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Take a backup"
        description="The server goes on serving meanwhile."
      >
        <CreateForm done={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function CreateForm({ done }: { done: () => void }) {
  const create = useCreateBackup();
  const { field, formProps, ready, busy, problem, errorOf } = useContractForm(
    createBackup.body,
    { backupName: "backup", description: "" },
    async (body) => {
      const { filename, backup } = await create.mutateAsync(body);
      toast.success(`${filename} is taken: ${backup.size}`);
      done();
    },
  );
  return (
    <form {...formProps} className="space-y-4">
      <Field label="Description" error={errorOf("description")} hint="Why it is taken; may be left empty">
        <Input autoComplete="off" {...field("description")} />
      </Field>
      <Field label="Name" error={errorOf("backupName")} hint="Date and time are added to it">
        <Input autoComplete="off" spellCheck={false} {...field("backupName")} />
      </Field>
      <FormProblem problem={problem} />
      <div className="flex justify-end gap-2">
        <Button onClick={done} disabled={busy}>
          Cancel
        </Button>
        <Button type="submit" variant="primary" loading={busy} disabled={!ready}>
          Take it now
        </Button>
      </div>
    </form>
  );
}
