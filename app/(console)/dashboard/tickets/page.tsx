import type { Metadata } from "next";
import { requireUser } from "@/app/_server/user";
import { TicketsPage } from "../_tickets/tickets-page";

export const metadata: Metadata = { title: "Tickets" };

export default async function Page() {
  const { id, username, role, has_bots } = await requireUser();
  const isStaff = role !== "user";
  return (
    <TicketsPage
      reader={{
        ...{ user_id: String(id), username, staff: isStaff, mayAnswer: isStaff || has_bots },
        ...{ hasCanned: isStaff, admin: role === "admin" },
      }}
    />
  );
}
