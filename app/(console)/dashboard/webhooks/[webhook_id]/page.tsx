import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { read } from "@/app/_server/api";
import { requireUser } from "@/app/_server/user";
import { getWebhook } from "@/generated/calls/operations/webhooks";
import { WebhookPage } from "../../_webhooks/webhook-page";

export const metadata: Metadata = { title: "Webhook" };

export default async function Page({ params }: { params: Promise<{ webhook_id: string }> }) {
  const { webhook_id } = await params;
  const { id: user_id, role } = await requireUser();
  const initial = await read(getWebhook, { params: { webhook_id } }).catch(() => notFound());
  return <WebhookPage reader={{ user_id, role }} initial={initial} />;
}
