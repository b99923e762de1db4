"use client";
import { type ReactNode, useId, useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { toast } from "@/app/_ui/toast";
import type { Team } from "@/lib/identity/teams/contract";
import type { Webhook } from "@/lib/operations/webhooks/contract";
import { useCreateWebhook, useUpdateWebhook } from "@/lib/operations/webhooks/queries";
import { type NewOwner, OwnerField, useOwnerTeam } from "../_shared/owner-select";
import type { Reader } from "./labels";
import { SecretDialog } from "./secret-dialog";
import { type NewWebhook, useWebhookForm, type WebhookForm } from "./use-webhook-form";
import { WebhookFields } from "./webhook-fields";

type CreateProps = { reader: Reader; teams: readonly Team[]; onClose: () => void };

/** Creates a webhook, and then shows its secret once. */
export function CreateWebhookDialog({ reader, teams, onClose }: CreateProps) {
  const create = useCreateWebhook();
  const [owner, setOwner] = useState<NewOwner>();
  const teamId = useOwnerTeam(owner);
  const [secret, setSecret] = useState<string | null>(null);
  const contract = useWebhookForm(undefined, async ({ version: _version, paused: _paused, ...body }) => {
    const reply = await create.mutateAsync({ ...(body as NewWebhook), team_id: owner });
    setSecret(reply.secret);
  });
  if (secret) return <SecretDialog secret={secret} onClose={onClose} />;
  return (
    <FormDialog title="Create webhook" verb="Create webhook" contract={contract} onClose={onClose}>
      <WebhookFields
        contract={contract}
        isOfServer={owner === null}
        teamId={teamId}
        hasBrokers={reader.role === "admin"}
      />
      <OwnerField
        {...{ teams, value: owner }}
        onChange={(next) => {
          setOwner(next);
          if (contract.form.getValues("bots")) contract.form.setValue("bots", [], { shouldDirty: true });
        }}
        hasServer={reader.role === "admin"}
        hint="The webhook receives events about the owner's bots."
      />
    </FormDialog>
  );
}

/** Changes a webhook. */
export function EditWebhookDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const update = useUpdateWebhook(webhook.webhook_id);
  const contract = useWebhookForm(webhook, async ({ version: _version, ...body }, edited) => {
    const reply = await update.mutateAsync({ body, version: edited });
    toast.success("Webhook saved");
    onClose();
    return reply.webhook;
  });
  return (
    <FormDialog title={`Edit webhook ${webhook.name}`} verb="Save webhook" contract={contract} onClose={onClose}>
      <WebhookFields
        contract={contract}
        host={webhook.hint}
        isOfServer={webhook.team_id === null}
        teamId={webhook.team_id ?? undefined}
      />
    </FormDialog>
  );
}

type FormDialogProps = { title: string; verb: string; contract: WebhookForm; onClose: () => void; children: ReactNode };

function FormDialog({ title, verb, contract, onClose, children }: FormDialogProps) {
  const id = useId();
  const { formProps, problem, ready, busy } = contract;
  return (
    <>
      <Dialog
        open
        onOpenChange={(open) => !open && onClose()}
        title={title}
        footer={
          <>
            {/* Keep the focus where it is: leaving an empty field shows its error, which moves this button from under the pointer. */}
            <Button onMouseDown={(event) => event.preventDefault()} onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" form={id} variant="primary" loading={busy} disabled={!ready}>
              {verb}
            </Button>
          </>
        }
      >
        <form id={id} {...formProps} className="space-y-4">
          <FormProblem problem={problem} />
          {children}
        </form>
      </Dialog>
      {contract.dialog}
    </>
  );
}
