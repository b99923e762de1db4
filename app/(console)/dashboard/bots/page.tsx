import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { builtApp } from "@/lib/app.built";
import { pageData } from "@/lib/client/page-data";
import { BotListQuery } from "@/lib/fleet/bots/contract";
import { BotsPage } from "./_list/bots-page";

export const metadata: Metadata = { title: "Bots" };

/** As many bots as the first screen needs twice over; the list asks for more when scrolled. */
const FIRST = "100";

export default async function Page({ searchParams }: { searchParams: Promise<Record<string, string | string[]>> }) {
  const { search, status, sort } = await searchParams;
  // A filter that makes no sense is none, as in the browser; the rest of the address is not for the list.
  const query = BotListQuery.safeParse({ search: search || undefined, status, sort: sort ?? "name", limit: FIRST });
  const actor = await requireActor();
  const initial = query.success ? await builtApp().bots.list(actor, { scope: "visible", ...query.data }) : undefined;
  return <BotsPage admin={actor.role === "admin"} initial={initial && pageData(initial)} />;
}
