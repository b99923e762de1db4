import type { Metadata } from "next";
import { requireUser } from "@/app/_server/user";
import { PageHeader } from "@/app/_ui/page-header";
import { AllBots } from "./all-bots";

export const metadata: Metadata = { title: "All bots" };

export default async function AllBotsPage() {
  await requireUser("admin");
  return (
    <>
      <PageHeader
        title="All bots"
        description="All bots on this server, from all owners. Pending and Failures count stored commands."
      />
      <AllBots />
    </>
  );
}
