"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Bot as BotIcon, Search } from "lucide-react";
import Link from "next/link";
import { parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { useEffect, useState } from "react";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState, ErrorState } from "@/app/_ui/empty-state";
import { Input, Select } from "@/app/_ui/input";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { listAllBots } from "@/generated/calls/fleet/bots";
import { errorText, request } from "@/lib/client/api";
import type { Bot } from "@/lib/fleet/bots/contract";
import { BOT_SORTS } from "@/lib/fleet/bots/contract.constants";
import { useBotsLive } from "@/lib/fleet/bots/queries";
import { botKeys } from "@/lib/fleet/bots/queries.keys";
import { useOwners } from "./use-owners";

const PAGE = 100;
const STATUSES = ["online", "offline"] as const;

export function AllBots() {
  useBotsLive();
  const [search, setSearch] = useQueryState("q", parseAsString.withDefault(""));
  const [status, setStatus] = useQueryState("status", parseAsStringLiteral(STATUSES));
  const [sort, setSort] = useQueryState("sort", parseAsStringLiteral(BOT_SORTS).withDefault("name"));
  const [settled, setSettled] = useState(search);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(search), 200);
    return () => clearTimeout(timer);
  }, [search]);
  const filters = { search: settled || undefined, status: status ?? undefined, sort };
  const list = useInfiniteQuery({
    queryKey: [...botKeys.lists, "admin", filters],
    queryFn: ({ pageParam, signal }) =>
      request(listAllBots, {
        query: { ...filters, limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const owners = useOwners();
  const rows = list.data?.pages.flatMap((page) => page.bots) ?? [];
  const filtered = Boolean(settled || status);
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <div className="relative w-full sm:w-72">
          <Search className="absolute top-2.5 left-2.5 size-4 text-faint" aria-hidden />
          <Input
            type="search"
            aria-label="Search bots"
            placeholder="Name or ID"
            className="pl-8"
            value={search}
            onChange={(event) => void setSearch(event.target.value || null)}
          />
        </div>
        <Select
          aria-label="Status"
          className="w-36"
          value={status ?? ""}
          onChange={(event) => void setStatus((event.target.value || null) as typeof status)}
        >
          <option value="">Any status</option>
          <option value="online">online</option>
          <option value="offline">offline</option>
        </Select>
        <Select
          aria-label="Sort by"
          className="w-44"
          value={sort}
          onChange={(event) => void setSort(event.target.value as typeof sort)}
        >
          <option value="name">Sort: name</option>
          <option value="status">Sort: status</option>
          <option value="last_active">Sort: last seen</option>
          <option value="created_at">Sort: newest</option>
          <option value="pending">Sort: pending</option>
        </Select>
      </div>
      <Card>
        {list.isPending ? <SkeletonRows rows={12} columns={6} /> : null}
        {list.isError ? (
          <ErrorState
            title="Bots could not be loaded"
            message={errorText(list.error)}
            onRetry={() => void list.refetch()}
          />
        ) : null}
        {list.isSuccess && rows.length === 0 ? (
          <EmptyState
            icon={<BotIcon />}
            title={filtered ? "No bots match" : "No bots yet"}
            description={
              filtered
                ? "Change or clear the filters to see more bots."
                : "Bots appear here when a user creates them or when they register themselves."
            }
            filterHint={
              filtered
                ? {
                    onClear: () => {
                      void setSearch(null);
                      void setStatus(null);
                    },
                  }
                : undefined
            }
          />
        ) : null}
        {rows.length > 0 ? (
          <Table label="All bots" areaClassName="max-h-[calc(100dvh-14rem)] min-h-60">
            <THead>
              <tr>
                <Th>Status</Th>
                <Th>Name</Th>
                <Th className="max-lg:hidden">ID</Th>
                <Th>Owner</Th>
                <Th className="max-sm:hidden">Last seen</Th>
                <Th className="text-right max-md:hidden">Pending</Th>
                <Th className="text-right max-md:hidden">Failed</Th>
                <Th className="text-right max-md:hidden">Errors</Th>
                <Th className="max-xl:hidden">Created</Th>
              </tr>
            </THead>
            <TBody>
              {rows.map((bot) => (
                <BotLine key={bot.id} bot={bot} owner={bot.owner_id === null ? null : owners?.get(bot.owner_id)} />
              ))}
            </TBody>
          </Table>
        ) : null}
        {list.hasNextPage ? (
          <div className="border-line border-t p-2 text-center">
            <Button size="sm" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              Load {PAGE} more
            </Button>
          </div>
        ) : null}
      </Card>
    </>
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
      <Td className="tnum text-right max-md:hidden">{bot.failed_commands.toLocaleString("en")}</Td>
      <Td className="tnum text-right max-md:hidden">{bot.error_logs.toLocaleString("en")}</Td>
      <Td className="text-muted max-xl:hidden">
        <TimeAgo at={bot.created_at} />
      </Td>
    </Tr>
  );
}
