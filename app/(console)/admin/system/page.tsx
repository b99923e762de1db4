import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { PageHeader } from "@/app/_ui/page-header";
import { RetentionForm } from "./retention-form";
import { System } from "./system";

export const metadata: Metadata = { title: "System" };

export default async function SystemPage() {
  await requireActor("admin");
  return (
    <>
      <PageHeader title="System" description="How the server itself is, and how long it keeps what bots send." />
      <div className="space-y-4">
        <System />
        <RetentionForm />
      </div>
    </>
  );
}
