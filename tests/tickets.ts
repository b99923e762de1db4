/** Tickets on the server under test. */
import { openTicket } from "@/lib/community/tickets/contract";
import type { Json } from "./api";
import type { TestBot, TestUser } from "./factories";

export const QUESTION = {
  type: "Support",
  subject: "Cannot sign in",
  description: "The sign-in page says that my code is wrong.",
};

/** Opens a ticket and returns the answer of POST /api/tickets. */
export async function aTicket(by: TestUser | TestBot, over: Record<string, unknown> = {}): Promise<Json> {
  const answer = await by.api.send("POST /api/tickets", { body: { ...QUESTION, ...over } });
  if (answer.status !== 201) throw new Error(`POST /api/tickets answered ${answer.status}: ${answer.text}`);
  return openTicket.response.parse(answer.json);
}

export const T = "/api/tickets/{ticket_id}";
/** params of a ticket's paths. */
export const on = (ticket: { ticket_id: string }, more: Record<string, string> = {}) => ({
  params: { ticket_id: ticket.ticket_id, ...more },
});
