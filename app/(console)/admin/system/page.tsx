import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { PageHeader } from "@/app/_ui/page-header";
import { telemetry } from "@/lib/fleet/telemetry";
import { services, system, systemMetrics } from "@/lib/operations/system";
import { Machine } from "./machine";
import { RetentionForm } from "./retention-form";
import { Services } from "./services";
import { System } from "./system";

export const metadata: Metadata = { title: "System" };

export default async function SystemPage() {
  const actor = await requireActor("admin");
  const [info, retention, metrics] = await Promise.all([
    system.info(actor),
    telemetry.getRetention(actor),
    systemMetrics(),
  ]);
  return (
    <>
      <PageHeader title="System" description="How the server itself is, and how long it keeps what bots send." />
      <div className="space-y-4">
        <System initial={info} />
        <Machine initial={metrics} />
        <Services
          initial={{ services: services.list(actor), jobs: system.jobs(actor), caches: system.caches(actor) }}
        />
        <RetentionForm initial={retention} />
      </div>
    </>
  );
}
