import type { Metadata } from "next";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { requireActor } from "@/app/_server/actor";
import { PageHeader } from "@/app/_ui/page-header";
import { AllBots } from "./all-bots";

export const metadata: Metadata = { title: "All bots" };

export default async function AllBotsPage() {
  await requireActor("admin");
  return (
    <>
      <PageHeader
        title="All bots"
        description="All bots on this server, from all owners. Pending and Failures count stored commands."
      />
      <NuqsAdapter>
        <AllBots />
      </NuqsAdapter>
    </>
  );
}
