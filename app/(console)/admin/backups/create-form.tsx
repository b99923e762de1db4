"use client";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Field, Input } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { sizeText } from "@/lib/core/format/units";
import type { Sizes } from "@/lib/operations/backups/contract";
import { useCreateBackup } from "@/lib/operations/backups/queries";

/** The form of a backup that is taken now. In a file of its own, which is loaded when the dialog opens. */
export function CreateForm({ sizes, done }: { sizes: Sizes; done: () => void }) {
  const create = useCreateBackup();
  const { form, field, formProps, ready, busy, problem, errorOf } = useContractForm(
    () => import("@/lib/operations/backups/contract").then((one) => one.createBackup.body),
    { backupName: "backup", description: "", include_downloads: false },
    async (body) => {
      const { filename, backup } = await create.mutateAsync(body);
      toast.success(`${filename} created (${backup.size})`);
      done();
    },
  );
  const withDownloads = form.watch("include_downloads");
  return (
    <form {...formProps} className="space-y-4">
      <Field label="Description" error={errorOf("description")} hint="Optional. Why you create this backup">
        <Input autoComplete="off" {...field("description")} />
      </Field>
      <Field label="Name" error={errorOf("backupName")} hint="The date and time are added to the name">
        <Input autoComplete="off" spellCheck={false} {...field("backupName")} />
      </Field>
      <label className="flex w-fit items-center gap-2 text-sm">
        <input type="checkbox" className="size-4 accent-accent" {...form.register("include_downloads")} />
        Include downloaded files ({sizeText(sizes.downloads)})
      </label>
      <p className="tnum text-[13px] text-muted">
        Up to {sizeText(sizes.database + sizes.attachments + (withDownloads ? sizes.downloads : 0))}, less once it is
        compressed: database {sizeText(sizes.database)}, attachments {sizeText(sizes.attachments)}
        {withDownloads ? `, downloads ${sizeText(sizes.downloads)}` : null}.
      </p>
      <FormProblem problem={problem} />
      <div className="flex justify-end gap-2">
        <Button onClick={done} disabled={busy}>
          Cancel
        </Button>
        <Button type="submit" variant="primary" loading={busy} disabled={!ready}>
          Create backup
        </Button>
      </div>
    </form>
  );
}
