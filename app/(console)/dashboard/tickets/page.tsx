import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { TicketsPage } from "../_tickets/tickets-page";

export const metadata: Metadata = { title: "Tickets" };

export default async function Page() {
  const { user_id, username, role } = await requireActor();
  return (
    <TicketsPage reader={{ user_id: String(user_id), username, staff: role !== "user", admin: role === "admin" }} />
  );
}
