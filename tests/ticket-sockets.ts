/** Sockets in rooms of tickets on the server under test. */
import { TicketEvent, type TicketEventName } from "@/lib/community/tickets/contract.live";
import type { Json } from "./api";
import type { TestBot, TestUser } from "./factories";
import { connected } from "./sockets";

export type Line = Awaited<ReturnType<typeof connected>>;

/** Waits as long as an event that must not come could take. */
export const quiet = () => new Promise((resolve) => setTimeout(resolve, 500));
export const line = (who: TestUser | TestBot) => connected({ token: "jwt" in who ? who.jwt : who.token });
export const ask = (one: Line, event: string, data: unknown): Promise<Json> =>
  one.client.timeout(150_000).emitWithAck(event, data);
/** A connected socket in the ticket's room. */
export async function joined(who: TestUser | TestBot, ticketId: string): Promise<Line> {
  const one = await line(who);
  one.client.emit("join_ticket", { ticket_id: ticketId });
  await one.event("message_history", (data) => data.ticket_id === ticketId);
  return one;
}

/** All ticket events received, checked against their contract. */
export function heard(one: Line, name: TicketEventName): Json[] {
  return one.heard
    .filter(([event, data]) => event === name && !(name === "new_message" && !data.ticket_id))
    .map(([, data]) => TicketEvent[name].parse(data));
}
