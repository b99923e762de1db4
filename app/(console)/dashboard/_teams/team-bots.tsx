"use client";
import { Bot as BotIcon } from "lucide-react";
import { StatusDot } from "@/app/_ui/badge";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { LoadMore } from "@/app/_ui/load-more";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { BotLink } from "@/app/(console)/dashboard/_shared/bot-link";
import type { Bot } from "@/lib/fleet/bots/contract";
import { useBotList, useBotsLive } from "@/lib/fleet/bots/queries";
import type { Team } from "@/lib/identity/teams/contract";

const PAGE = 50;

/** The bots that a team owns, by name. */
export const useTeamBots = (teamId: number) =>
  useBotList({ team_id: String(teamId), sort: "name" }, { pageSize: PAGE });

export function TeamBots({ team }: { team: Team }) {
  useBotsLive();
  const list = useTeamBots(team.id);
  const bots = list.data?.pages.flatMap((page) => page.bots);
  return (
    <Card>
      <CardHeader>
        <CardTitle>
          Bots <span className="tnum font-normal text-[13px] text-faint">{list.data?.pages[0]?.count || null}</span>
        </CardTitle>
      </CardHeader>
      <QueryState
        query={list}
        data={bots}
        failure="Bots could not be loaded"
        loading={<SkeletonRows rows={3} columns={3} />}
        empty={
          <EmptyState
            icon={<BotIcon />}
            title="No bots yet"
            description="Choose this team when you create a bot, and every member sees it."
          />
        }
      >
        {(rows) => <BotRows bots={rows} />}
      </QueryState>
      <LoadMore list={list}>Show more bots</LoadMore>
    </Card>
  );
}

function BotRows({ bots }: { bots: readonly Bot[] }) {
  return (
    <Table label="Bots of the team">
      <THead>
        <tr>
          <Th>Status</Th>
          <Th>Name</Th>
          <Th className="max-sm:hidden">Last seen</Th>
        </tr>
      </THead>
      <TBody>
        {bots.map((bot) => (
          <Tr key={bot.id}>
            <Td className="w-32">
              <StatusDot status={bot.status} />
            </Td>
            <Td className="max-w-72 truncate">
              <BotLink id={bot.id} name={bot.name} />
            </Td>
            <Td className="text-muted max-sm:hidden">
              <TimeAgo at={bot.last_active} />
            </Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  );
}
