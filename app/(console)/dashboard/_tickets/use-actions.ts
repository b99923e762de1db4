"use client";
import { useState } from "react";
import { errorToast, toast } from "@/app/_ui/toast";
import type { Ticket } from "@/lib/community/tickets/contract";
import { useAssignTicket, useClaimTicket, useCloseTicket, useReopenTicket } from "@/lib/community/tickets/queries";
import type { Reader } from "./labels";

type TicketDialogName = "assign" | "close" | "merge" | "delete" | "canned";

/**
 * The actions on a ticket, and the dialog that is open. Reversible actions happen at once and offer Undo; the others
 * ask first.
 */
export function useTicketActions(ticket: Ticket, reader: Reader) {
  const claim = useClaimTicket();
  const assign = useAssignTicket();
  const close = useCloseTicket();
  const reopen = useReopenTicket();
  const [dialog, setDialog] = useState<TicketDialogName | null>(null);
  const id = ticket.ticket_id;
  const name = `#${ticket.ticket_num}`;
  const active = ticket.status !== "closed";
  const mine = ticket.assigned_to === reader.user_id;
  const can = {
    claim: reader.staff && ticket.status === "open",
    assign: reader.staff && active,
    close: reader.staff && active,
    reopen: !active && ticket.reopens_left > 0 && ticket.merged_into === null,
    merge: reader.staff && active,
    delete: reader.admin,
  };
  const reopenNow = () =>
    reopen.mutate(id, { onError: (error) => errorToast(error), onSuccess: () => toast(`${name} reopened`) });
  const assignTo = (user_id: string | null) =>
    assign.mutateAsync({ id, user_id }).then(({ ticket: changed }) => {
      toast(changed.assigned_name ? `${name} assigned to ${changed.assigned_name}` : `${name} unassigned`);
    });
  return {
    can,
    mine,
    dialog,
    setDialog,
    busy: claim.isPending || assign.isPending || close.isPending || reopen.isPending,
    claim: () => {
      if (!can.claim) return;
      claim.mutate(id, {
        onError: (error) => errorToast(error),
        onSuccess: () =>
          toast(`${name} claimed`, {
            action: {
              label: "Undo",
              onClick: () => assign.mutate({ id, user_id: null }, { onError: (error) => errorToast(error) }),
            },
          }),
      });
    },
    assignTo,
    close: () => {
      if (!can.close) return;
      // Without a reopening left, closing cannot be undone, so ask first.
      if (ticket.reopens_left === 0) return setDialog("close");
      close.mutate(
        { id },
        {
          onError: (error) => errorToast(error),
          onSuccess: () => toast(`${name} closed`, { action: { label: "Undo", onClick: reopenNow } }),
        },
      );
    },
    closeWith: (reason: string) =>
      close.mutateAsync({ id, reason: reason || undefined }).then(() => {
        toast(
          `${name} closed`,
          ticket.reopens_left > 0 ? { action: { label: "Undo", onClick: reopenNow } } : undefined,
        );
      }),
    reopen: () => {
      if (can.reopen) reopenNow();
    },
  };
}

export type TicketActions = ReturnType<typeof useTicketActions>;
