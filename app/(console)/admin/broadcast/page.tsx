import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { PageHeader } from "@/app/_ui/page-header";
import { BroadcastForm } from "./broadcast-form";
import { BroadcastHistory } from "./history";

export const metadata: Metadata = { title: "Broadcast" };

export default async function BroadcastPage() {
  await requireActor("admin");
  return (
    <div className="max-w-4xl">
      <PageHeader title="Broadcast" description="Tell everybody who has an account here." />
      <div className="space-y-4">
        <BroadcastForm />
        <BroadcastHistory />
      </div>
    </div>
  );
}
