"use client";
import { Ellipsis, Pause, Play, Send } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Menu, MenuItem, MenuSeparator } from "@/app/_ui/menu";
import { errorToast, toast } from "@/app/_ui/toast";
import type { Webhook } from "@/lib/operations/webhooks/contract";
import { useDeleteWebhook, useTestWebhook, useUpdateWebhook } from "@/lib/operations/webhooks/queries";

const EditDialog = lazyPart(() => import("./webhook-dialogs").then((part) => part.EditWebhookDialog));
const RotateDialog = lazyPart(() => import("./rotate-dialog").then((part) => part.RotateDialog));
const ReplayDialog = lazyPart(() => import("./replay-dialog").then((part) => part.ReplayDialog));

type Open = "edit" | "rotate" | "replay" | "delete";

/** Offers the actions on a webhook: test, pause, edit, replay, rotate and delete. */
export function WebhookActions({ webhook }: { webhook: Webhook }) {
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <TestButton webhook={webhook} />
      <PauseButton webhook={webhook} />
      <Button onPointerEnter={EditDialog.preload} onClick={() => setOpen("edit")}>
        Edit webhook
      </Button>
      <Menu
        align="end"
        trigger={
          <Button icon aria-label="More actions">
            <Ellipsis />
          </Button>
        }
      >
        <MenuItem onSelect={() => setOpen("replay")}>Replay events…</MenuItem>
        <MenuItem onSelect={() => setOpen("rotate")}>Rotate secret…</MenuItem>
        <MenuSeparator />
        <MenuItem tone="danger" onSelect={() => setOpen("delete")}>
          Delete webhook…
        </MenuItem>
      </Menu>
      {open === "edit" ? <EditDialog webhook={webhook} onClose={close} /> : null}
      {open === "rotate" ? <RotateDialog webhook={webhook} onClose={close} /> : null}
      {open === "replay" ? <ReplayDialog webhook={webhook} onClose={close} /> : null}
      <DeleteDialog webhook={webhook} isOpen={open === "delete"} onClose={close} />
    </>
  );
}

function TestButton({ webhook: { webhook_id } }: { webhook: Webhook }) {
  const test = useTestWebhook(webhook_id);
  return (
    <Button
      loading={test.isPending}
      onClick={() =>
        test.mutate(undefined, {
          onSuccess: ({ success, message }) =>
            success ? toast.success("The receiver accepted the test event") : toast.error(message, { duration: 8000 }),
          onError: (error) => errorToast(error),
        })
      }
    >
      <Send aria-hidden /> Send test
    </Button>
  );
}

/** Pauses a webhook, resumes it, or enables it after it was disabled. */
function PauseButton({ webhook: { webhook_id, name, state, paused, version } }: { webhook: Webhook }) {
  const update = useUpdateWebhook(webhook_id);
  const isDisabled = state === "disabled";
  const isOff = isDisabled || paused;
  const [verb, done] = isDisabled ? ["Enable", "enabled"] : paused ? ["Resume", "resumed"] : ["Pause", "paused"];
  return (
    <Button
      loading={update.isPending}
      onClick={() =>
        update.mutate(
          { body: { paused: !isOff }, version },
          { onSuccess: () => toast.success(`${name} ${done}`), onError: (error) => errorToast(error) },
        )
      }
    >
      {isOff ? <Play aria-hidden /> : <Pause aria-hidden />} {verb} webhook
    </Button>
  );
}

type DeleteProps = { webhook: Webhook; isOpen: boolean; onClose: () => void };

function DeleteDialog({ webhook: { webhook_id, name }, isOpen, onClose }: DeleteProps) {
  const remove = useDeleteWebhook(webhook_id);
  const router = useRouter();
  return (
    <ConfirmDialog
      open={isOpen}
      onOpenChange={(next) => !next && onClose()}
      title={`Delete webhook ${name}`}
      consequence="No further events are sent to its address. What waits to be delivered, and the log, are deleted with it."
      verb="Delete webhook"
      onConfirm={async () => {
        await remove.mutateAsync();
        toast.success(`Webhook ${name} deleted`);
        router.push("/dashboard/webhooks");
      }}
    />
  );
}
