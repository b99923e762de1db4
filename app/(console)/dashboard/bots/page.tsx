import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { builtApp } from "@/lib/app.built";
import { pageData } from "@/lib/client/page-data";
import { BotListQuery } from "@/lib/fleet/bots/contract";
import { BotsPage } from "./_list/bots-page";

export const metadata: Metadata = { title: "Bots" };

/** Twice the number of bots that fit on the first screen. The list loads more when scrolled. */
const FIRST = "100";

export default async function Page({ searchParams }: { searchParams: Promise<Record<string, string | string[]>> }) {
  const { search, status, sort } = await searchParams;
  // Ignore invalid filters, as the browser's code does. The other parameters of the address do not concern the list.
  const query = BotListQuery.safeParse({ search: search || undefined, status, sort: sort ?? "name", limit: FIRST });
  const actor = await requireActor();
  const initial = query.success ? await builtApp().bots.list(actor, { scope: "visible", ...query.data }) : undefined;
  return <BotsPage admin={actor.role === "admin"} initial={initial && pageData(initial)} />;
}
