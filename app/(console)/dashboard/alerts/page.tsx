import type { Metadata } from "next";
import { Switched } from "@/app/_server/switched";
import { requireUser } from "@/app/_server/user";
import { AlertsPage } from "../_alerts/alerts-page";

export const metadata: Metadata = { title: "Alerts" };

export default async function Page() {
  const { id: user_id, email, role } = await requireUser();
  return <Switched feature="alerts">{() => <AlertsPage reader={{ user_id, email, role }} />}</Switched>;
}
