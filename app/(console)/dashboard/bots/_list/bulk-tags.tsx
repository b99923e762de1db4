"use client";
import { useState } from "react";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { tagsIn, useChangeTags } from "@/lib/fleet/bots/queries.tags";
import { namesText } from "../../_shared/names-text";
import { type BulkTarget, botsText } from "./bulk";

type BulkTagsProps = { targets: readonly BulkTarget[]; onClose: () => void; onDone: () => void };

/** Adds tags to the selected bots, and removes others. */
export function BulkTags({ targets, onClose, onDone }: BulkTagsProps) {
  const [add, setAdd] = useState("");
  const [remove, setRemove] = useState("");
  const [refused, setRefused] = useState<string>();
  const change = useChangeTags();
  const input = { add: tagsIn(add), remove: tagsIn(remove) };
  async function submit() {
    setRefused(undefined);
    const results = await change.mutateAsync({ ids: targets.map(({ id }) => id), ...input }).catch(() => undefined);
    if (!results) return;
    const failed = results.filter(({ status }) => status === "error");
    if (failed.length === 0) {
      toast.success(`Changed the tags of ${botsText(results.length)}`);
      onDone();
      return;
    }
    const names = new Map(targets.map(({ id, name }) => [id, name]));
    const which = namesText(failed.map(({ bot_id }) => names.get(bot_id) ?? bot_id));
    setRefused(`${which}: ${failed[0]!.error}`);
  }
  return (
    <FormDialog
      title={`Change the tags of ${botsText(targets.length)}`}
      verb="Change tags"
      ready={input.add.length + input.remove.length > 0}
      busy={change.isPending}
      problem={change.error ?? (refused && new Error(refused))}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Field label="Add tags" hint="Separate several tags with commas.">
        <Input value={add} maxLength={1000} onChange={(event) => setAdd(event.target.value)} />
      </Field>
      <Field label="Remove tags" hint="Bots without them stay as they are.">
        <Input value={remove} maxLength={1000} onChange={(event) => setRemove(event.target.value)} />
      </Field>
    </FormDialog>
  );
}
