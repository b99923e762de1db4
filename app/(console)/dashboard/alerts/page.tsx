import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { Switched } from "@/app/_server/switched";
import { AlertsPage } from "../_alerts/alerts-page";

export const metadata: Metadata = { title: "Alerts" };

export default async function Page() {
  const { user_id, email, role } = await requireActor();
  return <Switched feature="alerts">{() => <AlertsPage reader={{ user_id, email, role }} />}</Switched>;
}
