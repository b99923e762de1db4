"use client";
import { Ellipsis, Pause, Play } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Menu, MenuItem, MenuSeparator } from "@/app/_ui/menu";
import { errorToast, toast } from "@/app/_ui/toast";
import type { Team } from "@/lib/identity/teams/contract";
import type { IncomingWebhook } from "@/lib/operations/incoming/contract";
import {
  type NewAddress,
  useDeleteIncomingWebhook,
  useRotateIncomingWebhook,
  useUpdateIncomingWebhook,
} from "@/lib/operations/incoming/queries";

const HookDialog = lazyPart(() => import("./hook-dialog"));
const TestDialog = lazyPart(() => import("./hook-test").then((part) => part.TestDialog));
const AddressDialog = lazyPart(() => import("./address-dialog").then((part) => part.AddressDialog));

type Open = "edit" | "test" | "rotate" | "delete";

type Props = { hook: IncomingWebhook; teams: readonly Team[]; isAdmin: boolean };

/** Offers the actions on an incoming webhook: test, pause, edit, replace its address and delete. */
export function HookActions({ hook, teams, isAdmin }: Props) {
  const [open, setOpen] = useState<Open | null>(null);
  const [address, setAddress] = useState<NewAddress | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <Button onPointerEnter={TestDialog.preload} onClick={() => setOpen("test")}>
        Test webhook
      </Button>
      <PauseButton hook={hook} />
      <Button onPointerEnter={HookDialog.preload} onClick={() => setOpen("edit")}>
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
        <MenuItem onSelect={() => setOpen("rotate")}>Replace address…</MenuItem>
        <MenuSeparator />
        <MenuItem tone="danger" onSelect={() => setOpen("delete")}>
          Delete webhook…
        </MenuItem>
      </Menu>
      {open === "edit" ? <HookDialog hook={hook} teams={teams} isAdmin={isAdmin} onClose={close} /> : null}
      {open === "test" ? <TestDialog hook={hook} onClose={close} /> : null}
      <RotateDialog hook={hook} isOpen={open === "rotate"} onClose={close} onRotated={setAddress} />
      <DeleteDialog hook={hook} isOpen={open === "delete"} onClose={close} />
      {address ? <AddressDialog address={address} onClose={() => setAddress(null)} /> : null}
    </>
  );
}

function PauseButton({ hook: { hook_id, name, paused, version } }: { hook: IncomingWebhook }) {
  const update = useUpdateIncomingWebhook();
  return (
    <Button
      loading={update.isPending}
      onClick={() =>
        update.mutate(
          { hook_id, body: { paused: !paused }, version },
          {
            onSuccess: () => toast.success(`${name} ${paused ? "resumed" : "paused"}`),
            onError: (error) => errorToast(error),
          },
        )
      }
    >
      {paused ? <Play aria-hidden /> : <Pause aria-hidden />} {paused ? "Resume" : "Pause"} webhook
    </Button>
  );
}

type DialogProps = { hook: IncomingWebhook; isOpen: boolean; onClose: () => void };

function RotateDialog({
  hook: { hook_id, name },
  isOpen,
  onClose,
  onRotated,
}: DialogProps & { onRotated: (address: NewAddress) => void }) {
  const rotate = useRotateIncomingWebhook(hook_id);
  return (
    <ConfirmDialog
      open={isOpen}
      onOpenChange={(next) => !next && onClose()}
      title={`Replace the address of ${name}`}
      consequence="The old address stops at once. Enter the new one in the program that sends."
      verb="Replace address"
      onConfirm={async () => {
        const { path } = await rotate.mutateAsync();
        onRotated({ path, secret: null });
      }}
    />
  );
}

function DeleteDialog({ hook: { hook_id, name }, isOpen, onClose }: DialogProps) {
  const remove = useDeleteIncomingWebhook(hook_id);
  const router = useRouter();
  return (
    <ConfirmDialog
      open={isOpen}
      onOpenChange={(next) => !next && onClose()}
      title={`Delete incoming webhook ${name}`}
      consequence="Its address stops at once. Its log is deleted with it."
      verb="Delete webhook"
      onConfirm={async () => {
        await remove.mutateAsync();
        toast.success(`Incoming webhook ${name} deleted`);
        router.push("/dashboard/webhooks/incoming");
      }}
    />
  );
}
