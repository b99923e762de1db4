"use client";
import { ListChecks, Plus, Search, X } from "lucide-react";
import { useMemo, useState } from "react";
import { Button } from "@/app/_ui/button";
import { EmptyState, ErrorState } from "@/app/_ui/empty-state";
import { Input, Select } from "@/app/_ui/input";
import { lazyPart } from "@/app/_ui/lazy-part";
import { PageHeader } from "@/app/_ui/page-header";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { errorText } from "@/lib/client/api";
import { type PageData, readPageData } from "@/lib/client/page-data";
import { writeJson } from "@/lib/core/format/json";
import type { BotSort } from "@/lib/fleet/bots/contract.constants";
import { type BotPage, useBotList, useBotsLive } from "@/lib/fleet/bots/queries";
import { useOverview } from "@/lib/operations/stats/queries";
import { BotTable } from "./bot-table";
import { SORT_LABELS, useBotFilters } from "./filters";
import { AdoptWithCode } from "./join-code";
import { JoinPanel } from "./join-panel";

const BulkBar = lazyPart(() => import("./bulk-bar").then((part) => part.BulkBar));
const CreateBotDialog = lazyPart(() => import("./create-bot"));

/** The fleet list: search, filter and sort in the address; virtual rows; a select mode for many bots at once. */
export function BotsPage({ admin, initial: given }: { admin: boolean; initial?: PageData<BotPage> }) {
  const initial = useMemo(() => given && readPageData(given), [given]);
  useBotsLive();
  const { state, setState, filters, filtered } = useBotFilters();
  // The server's data belongs to the filters of the first address, not to those chosen since.
  const [first] = useState(() => writeJson(filters));
  const list = useBotList(filters, { initial: writeJson(filters) === first ? initial : undefined });
  const overview = useOverview();
  const bots = useMemo(() => list.data?.pages.flatMap((page) => page.bots) ?? [], [list.data]);
  const [selected, setSelected] = useState<ReadonlySet<string> | null>(null);
  const total = overview.data?.total_bots;
  const clear = () => void setState({ search: null, status: null });
  const creating = state.new !== null;

  return (
    <>
      <PageHeader
        title="Bots"
        description={total === undefined ? "\u00a0" : `${overview.data?.online_bots} of ${total} online`}
        actions={
          <>
            <AdoptWithCode />
            <Button variant="primary" onClick={() => void setState({ new: "1" })}>
              <Plus aria-hidden /> New bot
            </Button>
          </>
        }
      />
      {admin ? <JoinPanel /> : null}
      <search className="mb-3 flex flex-wrap items-center gap-2">
        <span className="relative min-w-40 flex-1 sm:max-w-72">
          <Search className="-translate-y-1/2 absolute top-1/2 left-2.5 size-4 text-faint" aria-hidden />
          <Input
            type="search"
            aria-label="Search bots by name or ID"
            placeholder="Search name or ID"
            className="pl-8"
            value={state.search}
            maxLength={100}
            onChange={(event) => void setState({ search: event.target.value || null })}
          />
        </span>
        <Select
          aria-label="Status"
          className="w-36"
          value={state.status ?? ""}
          onChange={(event) => void setState({ status: (event.target.value || null) as "online" | "offline" | null })}
        >
          <option value="">Any status</option>
          <option value="online">Online</option>
          <option value="offline">Offline</option>
        </Select>
        <Select
          aria-label="Sort by"
          className="w-44"
          value={state.sort}
          onChange={(event) => void setState({ sort: event.target.value as BotSort })}
        >
          {Object.entries(SORT_LABELS).map(([value, label]) => (
            <option key={value} value={value}>
              Sort: {label}
            </option>
          ))}
        </Select>
        {filtered ? (
          <Button variant="ghost" onClick={clear}>
            <X aria-hidden /> Clear
          </Button>
        ) : null}
        <Button
          className="ml-auto"
          aria-pressed={selected !== null}
          disabled={bots.length === 0}
          onClick={() => setSelected(selected ? null : new Set())}
        >
          <ListChecks aria-hidden /> Select
        </Button>
      </search>
      {selected ? (
        <BulkBar bots={bots} selected={selected} onSelect={setSelected} onDone={() => setSelected(null)} />
      ) : null}
      <div className="rounded-md border border-line bg-panel">
        {list.isPending ? (
          <SkeletonRows rows={14} columns={6} />
        ) : list.error && !list.data ? (
          <ErrorState title="Bots could not be loaded" message={errorText(list.error)} onRetry={() => list.refetch()} />
        ) : bots.length === 0 && filtered ? (
          <EmptyState
            title="No bots match"
            description="Change or clear the filters to see more bots."
            filterHint={{ onClear: clear }}
          />
        ) : bots.length === 0 ? (
          <EmptyState
            title="No bots yet"
            description="Create a bot to see its status, queue and errors here."
            action={
              <Button variant="primary" onClick={() => void setState({ new: "1" })}>
                <Plus aria-hidden /> Create your first bot
              </Button>
            }
            docs={{ href: "/docs", label: "API documentation" }}
          />
        ) : (
          <BotTable
            bots={bots}
            sort={state.sort}
            onSort={(sort) => void setState({ sort })}
            selected={selected}
            onSelect={setSelected}
            more={list.hasNextPage ? { loading: list.isFetchingNextPage, load: () => void list.fetchNextPage() } : null}
          />
        )}
      </div>
      {creating ? <CreateBotDialog onClose={() => void setState({ new: null })} /> : null}
    </>
  );
}
