import { redirect } from "next/navigation";

/** Redirects the address of a ticket in emails and notifications to the ticket list with that ticket open. */
export default async function Page({ params }: { params: Promise<{ ticket_id: string }> }) {
  redirect(`/dashboard/tickets?${new URLSearchParams({ ticket: (await params).ticket_id })}`);
}
