/** The staff's actions on tickets: claim, assign, close, change, merge, delete. The requester may also reopen. */

import { REOPENS_MAX, type Ticket } from "@/lib/community/tickets/contract";
import { asStaff } from "@/lib/community/tickets/policy";
import { type TicketRow, toFact } from "@/lib/community/tickets/rows";
import { typeOf } from "@/lib/community/tickets/service";
import { type Common, type Deps, noTicket, notOpen } from "@/lib/community/tickets/service.common";
import type { Actor } from "@/lib/core/actor";
import { AppError, invalid } from "@/lib/core/errors";
import { staleUpdate } from "@/lib/core/versions";
import type { Assignee, TicketPatch } from "./contract";

type DeskDeps = Deps & {
  /** Mails the transcript of a ticket that was just closed; never throws. */
  mailTranscript: (ticket: TicketRow) => void;
};

export type Answer = { success: true; message: string; ticket: Ticket };
function staleTicket(row: TicketRow, edited: number, patch: TicketPatch): AppError {
  const { version, type, subject, priority, tags } = toFact(row);
  const value = { type, subject, priority, tags };
  return staleUpdate("The ticket", { version, value }, edited, { ...value, ...patch });
}

const answer = (message: string, ticket: Ticket): Answer => ({ success: true, message, ticket });

export function createDesk(deps: DeskDeps, common: Common) {
  const { tickets, disk, settings, emit, now, mailTranscript } = deps;
  const { event, reach, reachAsStaff, changed } = common;

  /** Why a guarded change found the ticket other than it was. */
  const conflict = async (id: string): Promise<AppError> => {
    const row = await tickets.find(id);
    if (!row) return noTicket(id);
    if (row.status === "closed") return notOpen(row);
    return new AppError("CONFLICT", `${row.assigned_name ?? "Somebody"} has this ticket already`, {
      status: row.status,
      assigned_to: row.assigned_to === null ? null : String(row.assigned_to),
      assigned_name: row.assigned_name,
    });
  };

  /** Closes an active ticket; `byName` null: the server did it, if nothing happened since `idleSince`. */
  async function close(id: string, byName: string | null, reason: string | null, line: string, idleSince?: number) {
    const at = now();
    const changes = { status: "closed" as const, closed_at: at, closed_by: byName, close_reason: reason };
    return idleSince === undefined
      ? tickets.change(id, changes, event(id, line), "active")
      : tickets.change(id, changes, event(id, line), "idle", idleSince);
  }

  /** Removes a ticket, its conversation and its files. */
  async function erase(row: TicketRow): Promise<void> {
    await disk.remove(await tickets.remove(row.id));
    emit("ticket.deleted", { ticket: toFact(row) });
  }

  return {
    erase,

    /** @throws AppError CONFLICT  a colleague has it already, or it is closed */
    async claim(actor: Actor, id: string): Promise<Answer> {
      const { party, row } = await reachAsStaff(actor, id);
      if (row.status === "claimed" && row.assigned_to === party.account)
        return answer("Ticket is yours already", await common.view(row, party));
      const claimed = await tickets.change(
        id,
        { status: "claimed", assigned_to: party.account, assigned_name: party.name, claimed_at: now() },
        event(id, `${party.name} claimed this ticket`),
        "open",
      );
      if (!claimed) throw await conflict(id);
      return answer("Ticket claimed", await changed(claimed, "ticket_claimed", party));
    },

    /**
     * @param userId account id; null: nobody has it any more
     * @throws AppError INVALID_INPUT  not an active staff member
     * @throws AppError CONFLICT       closed
     */
    async assign(actor: Actor, id: string, userId: string | null): Promise<Answer> {
      const { party } = await reachAsStaff(actor, id);
      if (userId === null) {
        const open = { status: "open" as const, assigned_to: null, assigned_name: null, claimed_at: null };
        const row = await tickets.change(
          id,
          open,
          event(id, `${party.name} put this ticket back in the queue`),
          "active",
        );
        if (!row) throw await conflict(id);
        return answer("Ticket unassigned", await changed(row, "ticket_unassigned", party));
      }
      const person = /^[1-9]\d{0,8}$/.test(userId) ? await tickets.person(Number(userId)) : undefined;
      if (!person?.active || person.role === "user")
        throw invalid("user_id", "must be an active moderator or admin (GET /api/tickets/assignees lists them)");
      const line =
        person.id === party.account
          ? `${party.name} took this ticket`
          : `${party.name} assigned this ticket to ${person.username}`;
      const row = await tickets.change(
        id,
        { status: "claimed", assigned_to: person.id, assigned_name: person.username, claimed_at: now() },
        event(id, line),
        "active",
      );
      if (!row) throw await conflict(id);
      return answer(`Ticket assigned to ${person.username}`, await changed(row, "ticket_assigned", party));
    },

    /** @throws AppError CONFLICT  closed already */
    async close(actor: Actor, id: string, reason?: string): Promise<Answer> {
      const { party } = await reachAsStaff(actor, id);
      const line = `${party.name} closed this ticket${reason ? `: ${reason}` : ""}`;
      const row = await close(id, party.name, reason || null, line);
      if (!row) throw await conflict(id);
      mailTranscript(row.row);
      return answer("Ticket closed", await changed(row, "ticket_closed", party));
    },

    /** Closes a ticket by itself; nothing happens when somebody said something meanwhile. */
    async closeUnattended(id: string, lastAt: number, line: string): Promise<boolean> {
      const row = await close(id, null, line, line, lastAt);
      if (!row) return false;
      mailTranscript(row.row);
      await changed(row, "ticket_closed", null);
      return true;
    },

    /** @throws AppError CONFLICT  not closed, merged, reopened too often, or the requester has as many open as allowed */
    async reopen(actor: Actor, id: string): Promise<Answer> {
      const { party, row } = await reach(actor, id, "operate");
      if (!party.staff) {
        const { max_open_per_user } = await settings();
        if (
          row.status === "closed" &&
          max_open_per_user > 0 &&
          (await tickets.countOpen(row.requester)) >= max_open_per_user
        )
          throw new AppError("CONFLICT", `A user can have at most ${max_open_per_user} open tickets`, {
            max_open_per_user,
          });
      }
      const reopened = await tickets.change(
        id,
        {
          status: row.assigned_to === null ? "open" : "claimed",
          ...{ closed_at: null, closed_by: null, close_reason: null },
          reopen_count: row.reopen_count + 1,
        },
        event(id, `${party.kind === "bot" ? row.user_name : party.name} reopened this ticket`),
        "reopenable",
        REOPENS_MAX,
      );
      if (!reopened) {
        const current = (await tickets.find(id)) ?? row;
        const why = current.merged_into
          ? `This ticket was merged into ${current.merged_into}: go on there`
          : current.status !== "closed"
            ? "This ticket is open already"
            : `A ticket may be reopened ${REOPENS_MAX} times: open a new one`;
        throw new AppError("CONFLICT", why, { status: current.status, reopen_count: current.reopen_count });
      }
      return answer("Ticket reopened", await changed(reopened, "ticket_reopened", party));
    },

    /**
     * Changes what is sent of priority, tags, type and subject. The requester does not hear of priority and tags.
     *
     * @param edited  the version they were edited from, if it must still be stored
     * @throws CONFLICT  another version is stored
     */
    async update(actor: Actor, id: string, patch: TicketPatch, edited?: number): Promise<Answer> {
      const { party, row } = await reachAsStaff(actor, id);
      const type = patch.type === undefined ? undefined : typeOf(patch.type, await settings());
      const tags = patch.tags && JSON.stringify([...new Set(patch.tags)]);
      const given = { priority: patch.priority, tags, type, subject: patch.subject };
      const entries = Object.entries(given).filter(
        ([key, value]) => value !== undefined && value !== row[key as keyof TicketRow],
      );
      if (edited !== undefined && edited !== row.version) throw staleTicket(row, edited, patch);
      if (entries.length === 0) return answer("Nothing changed", await common.view(row, party));
      const descriptions = entries.map(([key]) =>
        key === "tags" ? `tags to ${tagText(patch.tags)}` : `${key} to ${patch[key as "type"]}`,
      );
      const updated = await tickets.change(
        id,
        Object.fromEntries(entries),
        event(id, `${party.name} set ${descriptions.join(", ")}`, true),
        edited === undefined ? "any" : "unedited",
        edited,
      );
      if (!updated) {
        const { row: stored } = await reachAsStaff(actor, id);
        throw edited === undefined ? noTicket(id) : staleTicket(stored, edited, patch);
      }
      return answer("Ticket updated", await changed(updated, "ticket_updated", party));
    },

    /** Moves what was said to another ticket of the same requester. @throws CONFLICT, INVALID_INPUT */
    async merge(actor: Actor, id: string, intoId: string): Promise<Answer & { into: Ticket }> {
      const { party, row } = await reachAsStaff(actor, id);
      if (intoId === id) throw invalid("into", "must be another ticket");
      const target = await tickets.find(intoId);
      if (!target) throw invalid("into", "no such ticket");
      if (target.requester !== row.requester)
        throw new AppError("CONFLICT", "Only tickets of the same requester can be merged", { field: "into" });
      const at = now();
      const merged = await tickets.merge(
        id,
        intoId,
        {
          status: "closed",
          closed_at: at,
          closed_by: party.name,
          close_reason: `Merged into #${target.seq}`,
          merged_into: intoId,
        },
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
    async remove(actor: Actor, id: string): Promise<void> {
      const { party, row } = await reachAsStaff(actor, id);
      if (!party.admin) throw new AppError("FORBIDDEN", "Only an admin can delete tickets");
      await erase(row);
    },

    /** Lists the staff a ticket may be assigned to. @throws FORBIDDEN for everybody but staff */
    async assignees(actor: Actor): Promise<{ assignees: Assignee[]; count: number }> {
      asStaff(actor, "read");
      const assignees = (await tickets.staff()).map((one) => ({
        user_id: String(one.id),
        username: one.username,
        fullname: one.fullname,
        avatar_url: one.image,
        role: one.role,
        claimed: one.claimed,
      }));
      return { assignees, count: assignees.length };
    },

    /** The staff member a ticket is assigned to left: it goes back in the queue. */
    async release(id: string): Promise<void> {
      const open = { status: "open" as const, assigned_to: null, assigned_name: null, claimed_at: null };
      const row = await tickets.change(id, open, event(id, "Back in the queue: its staff member left", true), "active");
      if (row) await changed(row, "ticket_unassigned", null);
    },
  };
}

const tagText = (tags: readonly string[] = []) => (tags.length > 0 ? tags.join(", ") : "none");
