/** Those who answer a ticket claim it, or assign it to somebody who can answer it. */
import { asStaff, refuseServiceKey } from "@/lib/community/tickets/policy";
import type { Person, TicketRow } from "@/lib/community/tickets/rows";
import { type Common, type Deps, ticketTarget } from "@/lib/community/tickets/service.common";
import type { Actor } from "@/lib/core/actor";
import { describeUpdate } from "@/lib/core/acts";
import { invalid } from "@/lib/core/errors";
import type { Assignee } from "./contract";
import { type Answer, answer, conflict, UNASSIGNED } from "./service.common";

const describeAssigning = (row: TicketRow, { status, assigned_name }: Pick<TicketRow, "status" | "assigned_name">) =>
  describeUpdate(ticketTarget(row), row, { status, assigned_name });

/**
 * Lists the staff, and for a ticket of a bot the operators of its team, to whom a ticket may be assigned. People with whom
 * only the bot is shared are not listed, but can be named.
 *
 * @throws FORBIDDEN for everybody who does not answer the ticket; without a ticket for everybody but staff
 */
const createAssignees =
  ({ people, operatorsOf }: Pick<Deps, "people" | "operatorsOf">, { reachAsAnswerer }: Common) =>
  async (actor: Actor, ticketId?: string): Promise<{ assignees: Assignee[]; count: number }> => {
    if (ticketId === undefined) asStaff(actor, "read");
    const row = ticketId === undefined ? null : (await reachAsAnswerer(actor, ticketId, "read")).row;
    const bot = row && row.bot_id !== null ? await people.bot(row.bot_id) : undefined;
    const operators = bot && bot.team_id !== null ? await operatorsOf(bot.team_id) : [];
    const assignees = (await people.assignees(operators)).map((one) => ({
      user_id: String(one.id),
      username: one.username,
      fullname: one.fullname,
      avatar_url: one.image,
      role: one.role,
      claimed: one.claimed,
    }));
    return { assignees, count: assignees.length };
  };

export function createAssigning(deps: Deps, common: Common) {
  const { tickets, people, operatesBot, now } = deps;
  const { event, reachAsAnswerer, changed } = common;

  async function mayAnswer({ id, role }: Person, botId: string | null): Promise<boolean> {
    if (role !== "user") return true;
    const bot = botId === null ? undefined : await people.bot(botId);
    return bot !== undefined && operatesBot(id, bot);
  }

  return {
    /** @throws AppError CONFLICT  a colleague has it already, or it is closed */
    async claim(actor: Actor, id: string): Promise<Answer> {
      refuseServiceKey(actor, "claim a ticket");
      const { party, row } = await reachAsAnswerer(actor, id);
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
     * @throws AppError INVALID_INPUT nobody who may answer the ticket
     * @throws AppError CONFLICT closed
     */
    async assign(actor: Actor, id: string, userId: string | null): Promise<Answer> {
      const { party, row: before } = await reachAsAnswerer(actor, id);
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
      if (!person?.active || !(await mayAnswer(person, before.bot_id)))
        throw invalid("user_id", `must be somebody who may answer it (GET /api/tickets/assignees?ticket_id=${id})`);
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
    assignees: createAssignees(deps, common),
  };
}
