/** Staff change a ticket's fields, merge it into another or delete it. */
import type { Ticket } from "@/lib/community/tickets/contract";
import { noteOf } from "@/lib/community/tickets/policy";
import { type TicketRow, toFact } from "@/lib/community/tickets/rows";
import { type Common, type Deps, noTicket, ticketTarget, typeOf } from "@/lib/community/tickets/service.common";
import { editedColumns } from "@/lib/community/tickets/store";
import type { Actor } from "@/lib/core/actor";
import { describeAct, describeUpdate } from "@/lib/core/acts";
import { AppError, invalid } from "@/lib/core/errors";
import { staleUpdate } from "@/lib/core/versions";
import type { TicketPatch } from "./contract";
import { type Answer, answer, closed } from "./service.common";
import type { Upkeep } from "./service.upkeep";

function staleTicket(row: TicketRow, edited: number, patch: TicketPatch): AppError {
  const { version, type, subject, priority, tags } = toFact(row);
  const value: Required<TicketPatch> = { type, subject, priority, tags };
  return staleUpdate("The ticket", { version, value }, edited, { ...value, ...patch });
}

const tagText = (tags: readonly string[] = []) => (tags.length > 0 ? tags.join(", ") : "none");

type EditDeps = Deps & { upkeep: Pick<Upkeep, "erase"> };

export function createEditing({ tickets, settings, now, upkeep }: EditDeps, common: Common) {
  const { event, reachAsAnswerer, changed } = common;

  return {
    /**
     * Changes those of priority, tags, type and subject that are sent. Changes of priority and tags are not announced
     * to the requester.
     *
     * @param edited the version they were edited from, if it must still be stored
     * @throws CONFLICT another version is stored
     */
    async update(actor: Actor, id: string, patch: TicketPatch, edited?: number): Promise<Answer> {
      const { party, row } = await reachAsAnswerer(actor, id);
      const type = patch.type === undefined ? undefined : typeOf(patch.type, await settings());
      const entries = Object.entries(editedColumns({ ...patch, type })).filter(
        ([key, value]) => value !== row[key as keyof TicketRow],
      );
      if (edited !== undefined && edited !== row.version) throw staleTicket(row, edited, patch);
      if (entries.length === 0) return answer("Nothing changed", await common.view(row, party));
      const descriptions = entries.map(([key]) =>
        key === "tags" ? `tags to ${tagText(patch.tags)}` : `${key} to ${patch[key as "type"]}`,
      );
      describeUpdate(ticketTarget(row), toFact(row), { ...patch, type });
      const updated = await tickets.change(
        id,
        Object.fromEntries(entries),
        event(id, `${party.name} set ${descriptions.join(", ")}`, noteOf(row)),
        edited === undefined ? "any" : "unedited",
        edited,
      );
      if (!updated) {
        const { row: stored } = await reachAsAnswerer(actor, id);
        throw edited === undefined ? noTicket(id) : staleTicket(stored, edited, patch);
      }
      return answer("Ticket updated", await changed(updated, "ticket_updated", party));
    },

    /** Moves all messages to another ticket of the same requester. @throws CONFLICT, INVALID_INPUT */
    async merge(actor: Actor, id: string, intoId: string): Promise<Answer & { into: Ticket }> {
      const { party, row } = await reachAsAnswerer(actor, id);
      if (intoId === id) throw invalid("into", "must be another ticket");
      const target = await tickets.find(intoId);
      if (!target) throw invalid("into", "no such ticket");
      if (target.requester !== row.requester)
        throw new AppError("CONFLICT", "Only tickets of the same requester can be merged", { field: "into" });
      describeAct({ target: ticketTarget(row), before: { status: row.status }, after: { merged_into: intoId } });
      const merged = await tickets.merge(
        id,
        intoId,
        { ...closed(now(), party.name, `Merged into #${target.seq}`), merged_into: intoId },
        {
          from: event(id, `${party.name} merged this ticket into #${target.seq}`),
          into: event(intoId, `${party.name} merged #${row.seq} (${row.subject}) into this ticket`),
        },
      );
      if (!merged) throw new AppError("CONFLICT", "One of the tickets is already merged or closed", { field: "into" });
      const into = await changed(merged.into, "ticket_merged", party);
      return { ...answer(`Merged into #${target.seq}`, await changed(merged.from, "ticket_merged", party)), into };
    },

    /** @throws AppError FORBIDDEN for all but admins */
    async remove(actor: Actor, id: string) {
      const { party, row } = await reachAsAnswerer(actor, id);
      if (!party.admin) throw new AppError("FORBIDDEN", "Only an admin can delete tickets");
      const { status, type, subject } = row;
      describeAct({ target: ticketTarget(row), before: { status, type, subject } });
      await upkeep.erase(row);
      return { success: true as const, message: "Ticket deleted" };
    },
  };
}
