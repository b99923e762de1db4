import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { read } from "@/app/_server/api";
import { requireUser } from "@/app/_server/user";
import { getStatusPage } from "@/generated/calls/operations/status-pages";
import { StatusPagePage } from "../../_status-pages/status-page-page";

export const metadata: Metadata = { title: "Status page" };

export default async function Page({ params }: { params: Promise<{ page_id: string }> }) {
  const { page_id } = await params;
  const { id: user_id, role } = await requireUser();
  const initial = await read(getStatusPage, { params: { page_id } }).catch(() => notFound());
  return <StatusPagePage reader={{ user_id, role }} initial={initial} />;
}
