"use client";
import { Command } from "cmdk";
import { Check, UserX } from "lucide-react";
import { useState } from "react";
import { Dialog } from "@/app/_ui/dialog";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { errorText } from "@/lib/client/api";
import type { Ticket } from "@/lib/community/tickets/contract";
import { useAssignees } from "@/lib/community/tickets/queries";
import { countText } from "@/lib/core/format/units";
import { Initials, type Reader } from "./labels";

type AssignDialogProps = {
  ticket: Ticket;
  reader: Reader;
  onClose: () => void;
  onAssign: (userId: string | null) => Promise<unknown>;
};

/** Assigns a ticket: type a name and press Enter. Each person is listed with their number of open tickets. */
export default function AssignDialog({ ticket, reader, onClose, onAssign }: AssignDialogProps) {
  const assignees = useAssignees(ticket);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const pick = async (userId: string | null) => {
    if (busy) return;
    if (userId === ticket.assigned_to) return onClose();
    setBusy(true);
    setProblem(null);
    try {
      await onAssign(userId);
      onClose();
    } catch (refused) {
      setProblem(errorText(refused));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Assign #${ticket.ticket_num}`}
      className="max-w-sm"
    >
      <QueryState
        query={assignees}
        data={assignees.data?.assignees}
        failure="People could not be loaded"
        loading={<SkeletonRows rows={4} columns={2} />}
      >
        {(people) => (
          <StaffList
            people={people}
            me={reader.user_id}
            assignedTo={ticket.assigned_to}
            busy={busy}
            problem={problem}
            onPick={(userId) => void pick(userId)}
          />
        )}
      </QueryState>
    </Dialog>
  );
}

type Assignee = NonNullable<ReturnType<typeof useAssignees>["data"]>["assignees"][number];
type StaffListProps = {
  people: readonly Assignee[];
  me: string;
  assignedTo: string | null;
  busy: boolean;
  problem: string | null;
  onPick: (userId: string | null) => void;
};

function StaffList({ people, me, assignedTo, busy, problem, onPick }: StaffListProps) {
  // List the reader first, because taking a ticket oneself is the most common choice.
  const sorted = [...people].sort((a, b) => Number(b.user_id === me) - Number(a.user_id === me));
  return (
    <Command label="Staff" loop className="-m-4">
      <Command.Input
        autoFocus
        placeholder="Search people…"
        className="h-11 w-full border-line border-b bg-transparent px-4 text-base outline-none placeholder:text-faint sm:text-sm"
      />
      <Command.List className="max-h-80 overflow-y-auto p-1.5" aria-busy={busy}>
        <Command.Empty className="px-3 py-6 text-center text-muted text-sm">No matching person.</Command.Empty>
        {sorted.map((one) => (
          <Command.Item
            key={one.user_id}
            value={`${one.username} ${one.fullname} ${one.user_id === me ? "me" : ""}`}
            onSelect={() => onPick(one.user_id)}
            className="flex h-11 cursor-pointer items-center gap-2.5 rounded px-2.5 text-sm data-[selected=true]:bg-raised"
          >
            <Initials name={one.username} className="bg-panel" />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">
                {one.username}
                {one.user_id === me ? <span className="text-faint"> (you)</span> : null}
              </span>
              <span className="tnum block truncate text-faint text-xs">
                {one.role} · {countText(one.claimed, "ticket")}
              </span>
            </span>
            {one.user_id === assignedTo ? <Check className="size-4 text-ok" aria-label="Assigned" /> : null}
          </Command.Item>
        ))}
        {assignedTo ? (
          <Command.Item
            value="unassign nobody"
            onSelect={() => onPick(null)}
            className="flex h-11 cursor-pointer items-center gap-2.5 rounded px-2.5 text-muted text-sm data-[selected=true]:bg-raised"
          >
            <span className="grid size-7 place-items-center">
              <UserX className="size-4" aria-hidden />
            </span>
            Unassign
          </Command.Item>
        ) : null}
      </Command.List>
      {problem ? (
        <p role="alert" className="border-line border-t px-4 py-2 text-[13px] text-bad">
          {problem}
        </p>
      ) : null}
    </Command>
  );
}
