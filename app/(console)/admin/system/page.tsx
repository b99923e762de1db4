import type { Metadata } from "next";
import { read } from "@/app/_server/api";
import { requireUser } from "@/app/_server/user";
import { PageHeader } from "@/app/_ui/page-header";
import { getRetention } from "@/generated/calls/fleet/telemetry";
import { getMachineMetrics, getSystemInfo, listServices } from "@/generated/calls/operations/system";
import { RetentionForm } from "./later";
import { Machine } from "./machine";
import { Services } from "./services";
import { System } from "./system";

export const metadata: Metadata = { title: "System" };

export default async function SystemPage() {
  await requireUser("admin");
  const [info, retention, metrics, services] = await Promise.all([
    read(getSystemInfo, {}),
    read(getRetention, {}),
    read(getMachineMetrics, {}),
    read(listServices, {}),
  ]);
  return (
    <>
      <PageHeader title="System" description="Health of this server, and how long it keeps data from bots." />
      <div className="space-y-4">
        <System initial={info} />
        <Machine initial={metrics} />
        <Services initial={services} />
        <RetentionForm initial={retention} />
      </div>
    </>
  );
}
