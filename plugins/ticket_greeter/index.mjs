/** Greets people who open a ticket. */

const same = (a, b) => a.trim().toLowerCase() === b.trim().toLowerCase();

/** The greeting for a ticket, or undefined if its type has none. */
export function greetingFor(ticket, { greeting, by_type, quiet_types }) {
  if (quiet_types.some((type) => same(type, ticket.type))) return undefined;
  const own = by_type.find((line) => line.includes("=>") && same(line.split("=>")[0], ticket.type));
  const template = own ? own.slice(own.indexOf("=>") + 2).trim() : greeting;
  const values = {
    user: ticket.user_name || "there",
    number: String(ticket.ticket_num),
    type: ticket.type,
    subject: ticket.subject,
  };
  // Replace in one pass, so that a subject that contains "{user}" stays unchanged.
  return template.replace(/\{(user|number|type|subject)\}/g, (_, name) => values[name]);
}

/** @type {import("../../lib/operations/plugins/types").Hook<"ticket_opened">} */
export async function ticket_opened({ ticket }, ctx) {
  const text = greetingFor(ticket, ctx.settings);
  if (!text) return;
  await ctx.replyTicket(ticket.ticket_id, text);
  ctx.log(`Greeted ticket #${ticket.ticket_num} (${ticket.type})`);
}
