import type { Metadata } from "next";
import { requireUser } from "@/app/_server/user";
import { StatusPagesPage } from "../_status-pages/status-pages-page";

export const metadata: Metadata = { title: "Status pages" };

export default async function Page() {
  const { id: user_id, role } = await requireUser();
  return <StatusPagesPage reader={{ user_id, role }} />;
}
