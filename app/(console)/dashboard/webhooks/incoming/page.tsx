import type { Metadata } from "next";
import { requireUser } from "@/app/_server/user";
import { IncomingPage } from "../../_webhooks/incoming-page";

export const metadata: Metadata = { title: "Incoming webhooks" };

export default async function Page() {
  const { id: user_id, role } = await requireUser();
  return <IncomingPage reader={{ user_id, role }} />;
}
