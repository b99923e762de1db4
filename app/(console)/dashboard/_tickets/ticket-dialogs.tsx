"use client";
import { useState } from "react";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { Field, Textarea } from "@/app/_ui/input";
import { lazyPart } from "@/app/_ui/lazy-part";
import { toast } from "@/app/_ui/toast";
import type { Ticket } from "@/lib/community/tickets/contract";
import { useDeleteTicket } from "@/lib/community/tickets/queries";
import { countText } from "@/lib/core/format/units";
import type { Reader } from "./labels";
import type { TicketActions } from "./use-actions";

const AssignDialog = lazyPart(() => import("./assign-dialog"));
const MergeDialog = lazyPart(() => import("./merge-dialog"));
const CannedDialog = lazyPart(() => import("./canned-dialog"));

type TicketDialogsProps = {
  ticket: Ticket;
  reader: Reader;
  actions: TicketActions;
  onOpen: (ticketId: string | null) => void;
};

/** The dialog that is open over a ticket, if any. The code of each dialog is loaded at its first use. */
export function TicketDialogs({ ticket, reader, actions, onOpen }: TicketDialogsProps) {
  const { dialog, setDialog } = actions;
  const close = () => setDialog(null);
  if (dialog === "assign")
    return <AssignDialog ticket={ticket} reader={reader} onClose={close} onAssign={actions.assignTo} />;
  if (dialog === "merge") return <MergeDialog ticket={ticket} onClose={close} onMerged={onOpen} />;
  if (dialog === "canned") return <CannedDialog onClose={close} />;
  if (dialog === "close") return <CloseDialog ticket={ticket} onClose={close} onConfirm={actions.closeWith} />;
  if (dialog === "delete") return <DeleteDialog ticket={ticket} onClose={close} onGone={() => onOpen(null)} />;
  return null;
}

type CloseDialogProps = { ticket: Ticket; onClose: () => void; onConfirm: (reason: string) => Promise<unknown> };

function CloseDialog({ ticket, onClose, onConfirm }: CloseDialogProps) {
  const [reason, setReason] = useState("");
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Close #${ticket.ticket_num}`}
      consequence={
        ticket.reopens_left > 0
          ? `${ticket.user_name} cannot reply until the ticket is reopened. It can be reopened ${countText(ticket.reopens_left, "more time")}.`
          : `This ticket has reached its limit of reopenings. If you close it, it cannot be reopened.`
      }
      verb="Close ticket"
      tone={ticket.reopens_left > 0 ? "primary" : "danger"}
      onConfirm={() => onConfirm(reason.trim())}
    >
      <Field label="Reason" hint={`Optional. ${ticket.user_name} will see it.`}>
        <Textarea rows={2} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
    </ConfirmDialog>
  );
}

function DeleteDialog({ ticket, onClose, onGone }: { ticket: Ticket; onClose: () => void; onGone: () => void }) {
  const remove = useDeleteTicket();
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete ticket #${ticket.ticket_num}`}
      consequence={`Deletes “${ticket.subject}” by ${ticket.user_name} for everyone, including all messages, notes and files. You cannot undo this.`}
      verb="Delete ticket"
      typeToConfirm={String(ticket.ticket_num)}
      onConfirm={async () => {
        await remove.mutateAsync(ticket.ticket_id);
        toast(`#${ticket.ticket_num} deleted`);
        onGone();
      }}
    />
  );
}
