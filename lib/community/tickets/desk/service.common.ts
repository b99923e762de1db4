/** Shared by the actions on tickets: their answers, and the states they write. */
import type { Ticket } from "@/lib/community/tickets/contract";
import { type Deps, noTicket, notOpen } from "@/lib/community/tickets/service.common";
import { AppError } from "@/lib/core/errors";

export type Answer = { success: true; message: string; ticket: Ticket };

export const answer = (message: string, ticket: Ticket): Answer => ({ success: true, message, ticket });

/** A ticket without an assignee. */
export const UNASSIGNED = { status: "open", assigned_to: null, assigned_name: null, claimed_at: null } as const;

/** @param by the name of a person; null when the server closes it */
export const closed = (at: number, by: string | null, reason: string | null) =>
  ({ status: "closed", closed_at: at, closed_by: by, close_reason: reason }) as const;

/** Returns the error for a change whose precondition did not hold any more. */
export async function conflict({ tickets }: Pick<Deps, "tickets">, id: string): Promise<AppError> {
  const row = await tickets.find(id);
  if (!row) return noTicket(id);
  if (row.status === "closed") return notOpen(row);
  return new AppError("CONFLICT", `${row.assigned_name ?? "Somebody"} has this ticket already`, {
    status: row.status,
    assigned_to: row.assigned_to === null ? null : String(row.assigned_to),
    assigned_name: row.assigned_name,
  });
}
