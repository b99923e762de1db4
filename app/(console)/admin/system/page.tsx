import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { PageHeader } from "@/app/_ui/page-header";
import { builtApp } from "@/lib/app.built";
import { Machine } from "./machine";
import { RetentionForm } from "./retention-form";
import { Services } from "./services";
import { System } from "./system";

export const metadata: Metadata = { title: "System" };

export default async function SystemPage() {
  const actor = await requireActor("admin");
  const [info, retention, metrics] = await Promise.all([
    builtApp().system.info(actor),
    builtApp().telemetry.getRetention(actor),
    builtApp().systemMetrics(),
  ]);
  return (
    <>
      <PageHeader title="System" description="Health of this server, and how long it keeps data from bots." />
      <div className="space-y-4">
        <System initial={info} />
        <Machine initial={metrics} />
        <Services
          initial={{
            services: builtApp().services.list(actor),
            jobs: builtApp().system.jobs(actor),
            caches: builtApp().system.caches(actor),
          }}
        />
        <RetentionForm initial={retention} />
      </div>
    </>
  );
}
