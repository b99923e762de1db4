import { redirect } from "next/navigation";

/** A ticket's address as mails and notifications give it: the list with that ticket open. */
export default async function Page({ params }: { params: Promise<{ ticket_id: string }> }) {
  redirect(`/dashboard/tickets?${new URLSearchParams({ ticket: (await params).ticket_id })}`);
}
