import type { Metadata } from "next";
import { read } from "@/app/_server/api";
import { requireUser } from "@/app/_server/user";
import { PageHeader } from "@/app/_ui/page-header";
import { pageData } from "@/lib/client/page-data";
import type { Operation } from "@/lib/core/contract";
import type { SectionName } from "@/lib/core/settings/contract";
import { sectionCall, sectionStateOf } from "@/lib/core/settings/contract.paths";
import type { SectionStates } from "@/lib/core/settings/queries";
import { ConfigPage } from "./config-page";
import { readSections } from "./schema";

export const metadata: Metadata = { title: "Settings" };

export default async function Page() {
  await requireUser("admin");
  const sections = readSections();
  const states = await Promise.all(
    (Object.keys(sections) as SectionName[]).map(async (name) => {
      return [name, sectionStateOf(await read<Operation>(sectionCall("GET", name), {}))] as const;
    }),
  );
  return (
    <>
      <PageHeader
        title="Settings"
        description="Muster itself uses Memes, Rocket League, Tickets, Transfers, Features, Quotas and Security. The other sections are for your bots to read; only bots owned by an admin can, and they are notified of every change."
      />
      <ConfigPage initial={pageData(Object.fromEntries<unknown>(states) as SectionStates)} sections={sections} />
    </>
  );
}
