"use client";
import { useState } from "react";
import { LeaveGuard } from "@/app/_shell/leave-guard";
import { useEdit, useMerge } from "@/app/_shell/use-merge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { Field, Input } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { errorText } from "@/lib/client/api";
import type { Bot, BotChange } from "@/lib/fleet/bots/contract";
import { useUpdateBot } from "@/lib/fleet/bots/queries.manage";

type Sent = Required<BotChange>;
/**
 * The form's fields: one input for each field of an update. Of the metadata only `platform` has an input; the bot sets
 * the rest.
 */
type Edited = Omit<Sent, "metadata"> & { platform: string };
type Control = { label: string; hint?: string; maxLength: number; isRequired?: boolean };

/** The inputs, in display order. A missing field is a type error. */
const INPUTS: Record<keyof Edited, Control> = {
  name: { label: "Name", maxLength: 128, isRequired: true },
  platform: { label: "Platform", hint: "Shown with the bot, for example discord or telegram.", maxLength: 64 },
};
const NAMES = Object.keys(INPUTS) as (keyof Edited)[];
const LABELS = { ...Object.fromEntries(NAMES.map((name) => [name, INPUTS[name].label])), metadata: "Metadata" };

const pick = (change: (name: keyof Edited) => string) =>
  Object.fromEntries(NAMES.map((name) => [name, change(name)])) as Edited;

const editedOf = (sent: Sent): Edited =>
  pick((name) => {
    if (name !== "platform") return sent[name];
    return typeof sent.metadata.platform === "string" ? sent.metadata.platform : "";
  });

/** Returns the update that stores the typed values. Metadata without an input is kept. */
function sentOf(edited: Edited, { platform: _, ...rest }: Sent["metadata"]): Sent {
  const { platform, ...fields } = pick((name) => edited[name].trim());
  return { ...fields, metadata: platform ? { ...rest, platform } : rest };
}

/** Edits the bot's name, platform and the other fields that people may change. */
export function IdentityForm({ bot }: { bot: Bot }) {
  const edit = useEdit({ values: { ...editedOf(bot), metadata: bot.metadata }, version: bot.version });
  const update = useUpdateBot(bot.id);
  const [problem, setProblem] = useState<string>();
  const { base, values } = edit;
  const toForm = (sent: Sent) => ({ ...editedOf(sent), metadata: sent.metadata });
  const merge = useMerge<Sent>({
    ...{ what: "The bot", labels: LABELS },
    send: async (body, version) => {
      await update.mutateAsync({ body, version });
      edit.discard();
      toast.success("Saved");
    },
    fromStored: (stored) => stored as Sent,
    onRebase: (sent, stored) => edit.rebase(toForm(sent), { ...stored, values: toForm(stored.values) }),
  });
  const isDirty = NAMES.some((name) => values[name].trim() !== base.values[name]);
  const isIncomplete = NAMES.some((name) => INPUTS[name].isRequired && values[name].trim() === "");

  function save() {
    setProblem(undefined);
    // Use the stored values unchanged, because the typed ones are compared with them.
    const { platform: _, ...stored } = base.values;
    void merge
      .save({ ...base, values: stored }, sentOf(values, values.metadata))
      .catch((error) => setProblem(errorText(error)));
  }

  return (
    <Card>
      <LeaveGuard dirty={isDirty} />
      <CardHeader>
        <CardTitle>Name and platform</CardTitle>
      </CardHeader>
      <form
        className="space-y-3 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        {NAMES.map((name, at) => (
          <Field key={name} label={INPUTS[name].label} hint={INPUTS[name].hint} error={at === 0 ? problem : undefined}>
            <Input
              required={INPUTS[name].isRequired}
              maxLength={INPUTS[name].maxLength}
              value={values[name]}
              onChange={(event) => edit.change({ ...values, [name]: event.target.value })}
            />
          </Field>
        ))}
        <Button type="submit" variant="primary" loading={update.isPending} disabled={!isDirty || isIncomplete}>
          Save changes
        </Button>
      </form>
      {merge.dialog}
    </Card>
  );
}
