/** Staff claim a ticket, or assign it to a colleague. */
import { asStaff } from "@/lib/community/tickets/policy";
import type { TicketRow } from "@/lib/community/tickets/rows";
import { type Common, type Deps, ticketTarget } from "@/lib/community/tickets/service.common";
import type { Actor } from "@/lib/core/actor";
import { describeUpdate } from "@/lib/core/acts";
import { invalid } from "@/lib/core/errors";
import type { Assignee } from "./contract";
import { type Answer, answer, conflict, UNASSIGNED } from "./service.common";

const describeAssigning = (row: TicketRow, { status, assigned_name }: Pick<TicketRow, "status" | "assigned_name">) =>
  describeUpdate(ticketTarget(row), row, { status, assigned_name });

export function createAssigning(deps: Deps, common: Common) {
  const { tickets, people, now } = deps;
  const { event, reachAsStaff, changed } = common;

  return {
    /** @throws AppError CONFLICT  a colleague has it already, or it is closed */
    async claim(actor: Actor, id: string): Promise<Answer> {
      const { party, row } = await reachAsStaff(actor, id);
      if (row.status === "claimed" && row.assigned_to === party.account)
        return answer("Ticket is yours already", await common.view(row, party));
      describeAssigning(row, { status: "claimed", assigned_name: party.name });
      const claimed = await tickets.change(
        id,
        { status: "claimed", assigned_to: party.account, assigned_name: party.name, claimed_at: now() },
        event(id, `${party.name} claimed this ticket`),
        "open",
      );
      if (!claimed) throw await conflict(deps, id);
      return answer("Ticket claimed", await changed(claimed, "ticket_claimed", party));
    },

    /**
     * @param userId account id, or the Discord id of a linked account; null removes the assignee
     * @throws AppError INVALID_INPUT not an active staff member
     * @throws AppError CONFLICT closed
     */
    async assign(actor: Actor, id: string, userId: string | null): Promise<Answer> {
      const { party, row: before } = await reachAsStaff(actor, id);
      if (userId === null) {
        describeAssigning(before, UNASSIGNED);
        const row = await tickets.change(
          id,
          UNASSIGNED,
          event(id, `${party.name} put this ticket back in the queue`),
          "active",
        );
        if (!row) throw await conflict(deps, id);
        return answer("Ticket unassigned", await changed(row, "ticket_unassigned", party));
      }
      const person = await people.named(userId);
      if (!person?.active || person.role === "user")
        throw invalid("user_id", "must be an active moderator or admin (GET /api/tickets/assignees lists them)");
      const line =
        person.id === party.account
          ? `${party.name} took this ticket`
          : `${party.name} assigned this ticket to ${person.username}`;
      describeAssigning(before, { status: "claimed", assigned_name: person.username });
      const row = await tickets.change(
        id,
        { status: "claimed", assigned_to: person.id, assigned_name: person.username, claimed_at: now() },
        event(id, line),
        "active",
      );
      if (!row) throw await conflict(deps, id);
      return answer(`Ticket assigned to ${person.username}`, await changed(row, "ticket_assigned", party));
    },

    /** Lists the staff a ticket may be assigned to. @throws FORBIDDEN for everybody but staff */
    async assignees(actor: Actor): Promise<{ assignees: Assignee[]; count: number }> {
      asStaff(actor, "read");
      const assignees = (await people.staff()).map((one) => ({
        user_id: String(one.id),
        username: one.username,
        fullname: one.fullname,
        avatar_url: one.image,
        role: one.role,
        claimed: one.claimed,
      }));
      return { assignees, count: assignees.length };
    },
  };
}
