"use client";
import { useState } from "react";
import { cn } from "@/app/_ui/cn";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { toast } from "@/app/_ui/toast";
import type { Ticket } from "@/lib/community/tickets/contract";
import { useMergeTicket, useTicketList } from "@/lib/community/tickets/queries";
import { TicketStatusDot } from "./labels";

type MergeDialogProps = { ticket: Ticket; onClose: () => void; onMerged: (into: string) => void };

/** Returns whether `one` can be merged with `ticket`: both must have the same requester. */
const isMergeable = (one: Ticket, ticket: Ticket): boolean =>
  one.ticket_id !== ticket.ticket_id &&
  one.merged_into === null &&
  one.owner === ticket.owner &&
  one.bot_id === ticket.bot_id;

/** Merges two tickets of one requester. The reader chooses which ticket stays, and sees what happens to the other. */
export default function MergeDialog({ ticket, onClose, onMerged }: MergeDialogProps) {
  const merge = useMergeTicket();
  const [into, setInto] = useState<Ticket | null>(null);
  const list = useTicketList({ user_id: ticket.user_id ?? undefined, status: "all" });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Merge #${ticket.ticket_num} into another ticket`}
      consequence={
        into
          ? `All messages, notes and files of #${ticket.ticket_num} move to #${into.ticket_num}. #${ticket.ticket_num} is closed permanently and links to #${into.ticket_num}.`
          : `Choose the ticket from ${ticket.user_name} to keep. You can only merge tickets from the same person.`
      }
      verb={into ? `Merge into #${into.ticket_num}` : "Merge"}
      typeToConfirm={into ? String(ticket.ticket_num) : undefined}
      disabled={!into}
      onConfirm={async () => {
        if (!into) return;
        await merge.mutateAsync({ id: ticket.ticket_id, into: into.ticket_id });
        toast(`#${ticket.ticket_num} merged into #${into.ticket_num}`);
        onMerged(into.ticket_id);
      }}
    >
      <QueryState
        query={list}
        data={list.data?.pages.flatMap((page) => page.tickets).filter((one) => isMergeable(one, ticket))}
        failure="Tickets could not be loaded"
        loading={<SkeletonRows rows={3} columns={2} />}
        empty={
          <p className="rounded-md border border-line px-3 py-4 text-center text-muted text-sm">
            <bdi>{ticket.user_name}</bdi> has no other ticket.
          </p>
        }
      >
        {(others) => (
          <fieldset className="max-h-64 overflow-y-auto rounded-md border border-line">
            <legend className="sr-only">Ticket to keep</legend>
            {others.map((one) => (
              <label
                key={one.ticket_id}
                className={cn(
                  "flex cursor-pointer items-center gap-2.5 border-line border-b px-3 py-2 text-sm last:border-b-0 hover:bg-raised",
                  into?.ticket_id === one.ticket_id && "bg-accent-soft",
                )}
              >
                <input
                  type="radio"
                  name="into"
                  checked={into?.ticket_id === one.ticket_id}
                  onChange={() => setInto(one)}
                  className="accent-(--accent)"
                />
                <span className="tnum text-faint">#{one.ticket_num}</span>
                <span className="min-w-0 flex-1 truncate">{one.subject}</span>
                <TicketStatusDot status={one.status} className="text-xs" />
              </label>
            ))}
          </fieldset>
        )}
      </QueryState>
    </ConfirmDialog>
  );
}
