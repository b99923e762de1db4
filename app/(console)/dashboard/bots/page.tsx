import type { Metadata } from "next";
import { read } from "@/app/_server/api";
import { requireUser } from "@/app/_server/user";
import { listBots } from "@/generated/calls/fleet/bots";
import type { QueryOf } from "@/lib/client/api";
import { pageData } from "@/lib/client/page-data";
import { BotListQuery } from "@/lib/fleet/bots/contract";
import { botsAddress } from "../_shared/views/address";
import { BotsPage } from "./_list/bots-page";

export const metadata: Metadata = { title: "Bots" };

/** Twice the number of bots that fit on the first screen. The list loads more when scrolled. */
const FIRST = "100";

export default async function Page({ searchParams }: { searchParams: Promise<Record<string, string | string[]>> }) {
  const { search, status, sort, tag, platform, version, host, team } = await searchParams;
  // Ignore invalid filters, as the browser's code does. The other parameters of the address do not concern the list.
  const filters = {
    ...{ search: search || undefined, status, sort: sort ?? "name", limit: FIRST },
    ...{ tag, platform, version, host, team_id: team },
  };
  const query = BotListQuery.safeParse(filters);
  const { id: user_id, role } = await requireUser();
  const initial = query.success && {
    address: botsAddress(query.data),
    page: pageData(await read(listBots, { query: filters as QueryOf<typeof listBots> })),
  };
  return <BotsPage reader={{ user_id, role }} initial={initial || undefined} />;
}
