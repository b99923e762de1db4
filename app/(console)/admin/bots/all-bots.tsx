"use client";
import { Bot as BotIcon } from "lucide-react";
import Link from "next/link";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Select } from "@/app/_ui/input";
import { LoadMore } from "@/app/_ui/load-more";
import { QueryState } from "@/app/_ui/query-state";
import { SearchInput } from "@/app/_ui/search-input";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { FAILURES_TITLE, failuresOf } from "@/app/(console)/dashboard/_shared/failures";
import { SortSelect } from "@/app/(console)/dashboard/_shared/sort-select";
import type { Bot } from "@/lib/fleet/bots/contract";
import { useBotsLive } from "@/lib/fleet/bots/queries";
import { useUsernames } from "@/lib/identity/accounts/queries";
import { type AllBotsState, PAGE, useAllBots } from "./use-all-bots";

/** Every bot of the server with its owner. */
export function AllBots() {
  useBotsLive();
  const all = useAllBots();
  const { list } = all;
  return (
    <>
      <Toolbar all={all} />
      <Card>
        <QueryState
          query={list}
          data={list.data?.pages.flatMap((page) => page.bots)}
          failure="Bots could not be loaded"
          loading={<SkeletonRows rows={12} columns={6} />}
          empty={<NoBots onClear={all.isFiltered ? all.clear : undefined} />}
        >
          {(bots) => <BotsTable bots={bots} />}
        </QueryState>
        <LoadMore list={list}>Load {PAGE} more</LoadMore>
      </Card>
    </>
  );
}

function Toolbar({ all: { state, set } }: { all: AllBotsState }) {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <SearchInput
        boxClassName="w-full sm:w-72"
        aria-label="Search bots"
        placeholder="Name or ID"
        value={state.q}
        onText={(q) => void set({ q: q || null })}
      />
      <Select
        aria-label="Status"
        className="w-36"
        value={state.status ?? ""}
        onChange={(event) => void set({ status: (event.target.value || null) as typeof state.status })}
      >
        <option value="">Any status</option>
        <option value="online">Up (not offline)</option>
        <option value="offline">Offline</option>
      </Select>
      <SortSelect value={state.sort} onChange={(sort) => void set({ sort })} />
    </div>
  );
}

/** `onClear`: set when filters hide everything. */
function NoBots({ onClear }: { onClear?: () => void }) {
  return (
    <EmptyState
      icon={<BotIcon />}
      title={onClear ? "No bots match" : "No bots yet"}
      description={
        onClear
          ? "Change or clear the filters to see more bots."
          : "Bots appear here when a user creates them or when they register themselves."
      }
      filterHint={onClear && { onClear }}
    />
  );
}

function BotsTable({ bots }: { bots: readonly Bot[] }) {
  const owners = useUsernames(bots.flatMap(({ owner_id }) => owner_id ?? []));
  return (
    <Table label="All bots" areaClassName="max-h-[max(15rem,calc(100dvh-14rem))]">
      <THead>
        <tr>
          <Th>Status</Th>
          <Th>Name</Th>
          <Th className="max-lg:hidden">ID</Th>
          <Th>Owner</Th>
          <Th className="max-sm:hidden">Last seen</Th>
          <Th className="text-right max-md:hidden">Pending</Th>
          <Th className="text-right max-md:hidden" title={FAILURES_TITLE}>
            Failures
          </Th>
          <Th className="text-right max-md:hidden">Error logs</Th>
          <Th className="max-xl:hidden">Created</Th>
        </tr>
      </THead>
      <TBody>
        {bots.map((bot) => (
          <BotLine key={bot.id} bot={bot} owner={bot.owner_id === null ? null : owners?.get(bot.owner_id)} />
        ))}
      </TBody>
    </Table>
  );
}

/** `owner`: null when nobody owns the bot; undefined while names are still loading. */
function BotLine({ bot, owner }: { bot: Bot; owner: string | null | undefined }) {
  return (
    <Tr>
      <Td>
        <StatusDot status={bot.status} />
      </Td>
      <Td className="max-w-56 truncate font-medium">
        <Link href={`/dashboard/bots/${encodeURIComponent(bot.id)}`} className="hover:underline">
          {bot.name}
        </Link>
      </Td>
      <Td className="max-w-48 truncate font-mono text-[13px] text-muted max-lg:hidden">{bot.id}</Td>
      <Td className="max-w-40 truncate text-muted">
        {owner === null ? <Badge tone="warn">unclaimed</Badge> : (owner ?? `#${bot.owner_id}`)}
      </Td>
      <Td className="text-muted max-sm:hidden">
        <TimeAgo at={bot.last_active} />
      </Td>
      <Td className="tnum text-right max-md:hidden">{bot.pending_commands.toLocaleString("en")}</Td>
      <Td className="tnum text-right max-md:hidden">{failuresOf(bot).toLocaleString("en")}</Td>
      <Td className="tnum text-right max-md:hidden">{bot.error_logs.toLocaleString("en")}</Td>
      <Td className="text-muted max-xl:hidden">
        <TimeAgo at={bot.created_at} />
      </Td>
    </Tr>
  );
}
