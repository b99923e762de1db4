import type { Metadata } from "next";
import { requireUser } from "@/app/_server/user";
import { PageHeader } from "@/app/_ui/page-header";
import { BroadcastHistory } from "./history";
import { BroadcastForm } from "./later";

export const metadata: Metadata = { title: "Broadcast" };

export default async function BroadcastPage() {
  await requireUser("admin");
  return (
    <div className="max-w-4xl">
      <PageHeader title="Broadcast" description="Send an announcement to everyone who has an account." />
      <div className="space-y-4">
        <BroadcastForm />
        <BroadcastHistory />
      </div>
    </div>
  );
}
