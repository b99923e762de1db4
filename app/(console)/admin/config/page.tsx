import type { Metadata } from "next";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { requireActor } from "@/app/_server/actor";
import { PageHeader } from "@/app/_ui/page-header";
import { builtApp } from "@/lib/app.built";
import { pageData } from "@/lib/client/page-data";
import type { SectionName } from "@/lib/core/settings/contract";
import type { SectionStates } from "@/lib/core/settings/queries";
import { ConfigPage } from "./config-page";
import { readSections } from "./schema";

export const metadata: Metadata = { title: "Settings" };

export default async function Page() {
  const actor = await requireActor("admin");
  const sections = readSections();
  const states = await Promise.all(
    (Object.keys(sections) as SectionName[]).map(async (name) => {
      const { version, ...values } = await builtApp().config.read(actor, name);
      return [name, { values, version }] as const;
    }),
  );
  return (
    <>
      <PageHeader
        title="Settings"
        description="Muster itself uses Memes, Rocket League, Tickets, Transfers and Features. The other sections are for your bots to read; only bots owned by an admin can, and they are notified of every change."
      />
      <NuqsAdapter>
        <ConfigPage initial={pageData(Object.fromEntries<unknown>(states) as SectionStates)} sections={sections} />
      </NuqsAdapter>
    </>
  );
}
