import type { Metadata } from "next";
import { requireUser } from "@/app/_server/user";
import { WebhooksPage } from "../_webhooks/webhooks-page";

export const metadata: Metadata = { title: "Webhooks" };

export default async function Page() {
  const { id: user_id, role } = await requireUser();
  return <WebhooksPage reader={{ user_id, role }} />;
}
