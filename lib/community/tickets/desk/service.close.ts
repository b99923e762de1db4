/** Staff close a ticket; staff and the person who opened it reopen it. */
import { REOPENS_MAX } from "@/lib/community/tickets/contract";
import type { createSending } from "@/lib/community/tickets/conversation/service.send";
import { type Common, type Deps, openLimit, ticketTarget } from "@/lib/community/tickets/service.common";
import type { Actor } from "@/lib/core/actor";
import { describeUpdate, withoutAct } from "@/lib/core/acts";
import { AppError } from "@/lib/core/errors";
import { type Answer, answer, closed, conflict } from "./service.common";
import type { MailTranscript } from "./service.upkeep";

type Sends = Pick<ReturnType<typeof createSending>, "send">;

export function createClosing(deps: Deps & MailTranscript & Sends, common: Common) {
  const { tickets, now, mailTranscript } = deps;
  const { event, reach, reachAsAnswerer, changed } = common;

  return {
    /** @param message sent to the requester before the ticket closes @throws AppError CONFLICT  closed already */
    async close(actor: Actor, id: string, reason?: string, message?: string | null): Promise<Answer> {
      const { party, row: before } = await reachAsAnswerer(actor, id);
      // The message would otherwise be the act's first change, and the record be stored with it.
      if (message) await withoutAct(() => deps.send(actor, id, { content: message, is_note: false, attachments: [] }));
      describeUpdate(ticketTarget(before), before, { status: "closed", close_reason: reason || null });
      const line = `${party.name} closed this ticket${reason ? `: ${reason}` : ""}`;
      const row = await tickets.change(id, closed(now(), party.name, reason || null), event(id, line), "active");
      if (!row) throw await conflict(deps, id);
      mailTranscript(row.row);
      return answer("Ticket closed", await changed(row, "ticket_closed", party));
    },

    /** @throws AppError CONFLICT  not closed, merged, reopened too often, or the requester has as many open as allowed */
    async reopen(actor: Actor, id: string): Promise<Answer> {
      const { party, row } = await reach(actor, id, "operate");
      if (!party.staff) {
        const { max, reached } = await openLimit(deps, party);
        if (row.status === "closed" && max > 0 && (await tickets.countOpen(row.requester)) >= max)
          throw await reached(actor);
      }
      const status = row.assigned_to === null ? "open" : "claimed";
      describeUpdate(ticketTarget(row), row, { status });
      const reopened = await tickets.change(
        id,
        {
          status,
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
  };
}
