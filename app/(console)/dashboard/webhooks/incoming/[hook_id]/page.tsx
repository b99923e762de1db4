import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { read } from "@/app/_server/api";
import { requireUser } from "@/app/_server/user";
import { getIncomingWebhook } from "@/generated/calls/operations/incoming";
import { HookPage } from "../../../_webhooks/hook-page";

export const metadata: Metadata = { title: "Incoming webhook" };

export default async function Page({ params }: { params: Promise<{ hook_id: string }> }) {
  const { hook_id } = await params;
  const { id: user_id, role } = await requireUser();
  const initial = await read(getIncomingWebhook, { params: { hook_id } }).catch(() => notFound());
  return <HookPage reader={{ user_id, role }} initial={initial} />;
}
