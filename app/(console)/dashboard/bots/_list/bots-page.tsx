"use client";
import { Plus } from "lucide-react";
import { useMemo, useState } from "react";
import { Button } from "@/app/_ui/button";
import { EmptyState } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { PageHeader } from "@/app/_ui/page-header";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { type PageData, readPageData } from "@/lib/client/page-data";
import { countText } from "@/lib/core/format/units";
import { type BotPage, useBotList, useBotsLive } from "@/lib/fleet/bots/queries";
import type { Role } from "@/lib/identity/accounts/contract";
import { useOverview } from "@/lib/operations/stats/queries";
import { botsAddress } from "../../_shared/views/address";
import { BotTable } from "./bot-table";
import { BotsToolbar } from "./bots-toolbar";
import { useDisplay } from "./display";
import { useBotFilters } from "./filters";
import { AdoptWithCode } from "./join-code";
import { useOwnerNote } from "./owner-note";

const BulkBar = lazyPart(() => import("./bulk-bar").then((part) => part.BulkBar));
/** Shown when bots ask to join, which the server has to be asked for first. */
const JoinPanel = lazyPart(() => import("./join-panel").then((part) => part.JoinPanel));
/** For wall screens, whose address says so. */
const BotTiles = lazyPart(
  () => import("./bot-tiles").then((part) => part.BotTiles),
  () => <SkeletonRows rows={14} />,
);
const CreateBotDialog = lazyPart(() => import("./create-bot"));

type BotsPageProps = {
  reader: { user_id: number; role: Role };
  /** The first page of the list with the filters of this address, as the server read it. */
  initial?: { address: string; page: PageData<BotPage> };
};

/** The fleet list: search, filter and sort in the address; virtual rows; a select mode for many bots at once. */
export function BotsPage({ reader: { user_id, role }, initial: given }: BotsPageProps) {
  const initial = useMemo(() => given && { address: given.address, page: readPageData(given.page) }, [given]);
  useBotsLive();
  const noteOf = useOwnerNote(role);
  const filter = useBotFilters();
  const display = useDisplay(user_id);
  const { state, setState, filters } = filter;
  // The data rendered by the server belongs to the filters in its address, not to filters chosen later.
  const list = useBotList(filters, { initial: botsAddress(filters) === initial?.address ? initial.page : undefined });
  const bots = useMemo(() => list.data?.pages.flatMap((page) => page.bots), [list.data]);
  const [selected, setSelected] = useState<ReadonlySet<string> | null>(null);
  const create = () => void setState({ new: "1" });
  return (
    <>
      <Header onCreate={create} />
      {role === "admin" ? <JoinPanel /> : null}
      <BotsToolbar
        userId={user_id}
        filter={filter}
        display={display}
        selecting={selected !== null}
        onSelecting={bots?.length ? () => setSelected(selected ? null : new Set()) : undefined}
      />
      {selected ? (
        <BulkBar bots={bots ?? []} selected={selected} onSelect={setSelected} onDone={() => setSelected(null)} />
      ) : null}
      <div className="rounded-md border border-line bg-panel">
        <QueryState
          query={list}
          data={bots}
          failure="Bots could not be loaded"
          loading={<SkeletonRows rows={14} columns={6} />}
          empty={<NoBots onClear={filter.filtered ? filter.clear : undefined} onCreate={create} />}
        >
          {(rows) =>
            // Tiles cannot be selected.
            state.as === "tiles" && !selected ? (
              <BotTiles bots={rows} list={list} />
            ) : (
              <BotTable
                bots={rows}
                display={display}
                noteOf={noteOf}
                sort={state.sort}
                onSort={(sort) => void setState({ sort })}
                selected={selected}
                onSelect={setSelected}
                more={
                  list.hasNextPage ? { loading: list.isFetchingNextPage, load: () => void list.fetchNextPage() } : null
                }
              />
            )
          }
        </QueryState>
      </div>
      {state.new === null ? null : <CreateBotDialog onClose={() => void setState({ new: null })} />}
    </>
  );
}

/**
 * The summary counts offline bots instead of online ones: busy bots and bots in error are connected as well, but
 * "online" is a status of its own.
 */
const summary = (total: number, offline: number) => `${countText(total, "bot")}, ${offline} offline`;

function Header({ onCreate }: { onCreate: () => void }) {
  const { data } = useOverview();
  return (
    <PageHeader
      title="Bots"
      description={
        data === undefined ? (
          "\u00a0"
        ) : (
          <>
            {summary(data.total_bots, data.total_bots - data.online_bots)}
            {/* Narrower pages have no room for it in one line, and a second one would move the list. */}
            <span className="max-xl:hidden">. Pending and Failures count stored commands.</span>
          </>
        )
      }
      actions={
        <>
          <AdoptWithCode />
          <Button variant="primary" onClick={onCreate}>
            <Plus aria-hidden /> New bot
          </Button>
        </>
      }
    />
  );
}

/** `onClear`: set when filters hide everything. */
function NoBots({ onClear, onCreate }: { onClear?: () => void; onCreate: () => void }) {
  if (onClear)
    return (
      <EmptyState
        title="No bots match"
        description="Change or clear the filters to see more bots."
        filterHint={{ onClear }}
      />
    );
  return (
    <EmptyState
      title="No bots yet"
      description="Create a bot to see its status, queue and errors here."
      action={
        <Button variant="primary" onClick={onCreate}>
          <Plus aria-hidden /> Create your first bot
        </Button>
      }
      docs={{ href: "/docs/clients", label: "How to connect a bot" }}
    />
  );
}
