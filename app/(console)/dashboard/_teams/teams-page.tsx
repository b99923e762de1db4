"use client";
import { Plus, UsersRound } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Select } from "@/app/_ui/input";
import { lazyPart } from "@/app/_ui/lazy-part";
import { LoadMore } from "@/app/_ui/load-more";
import { PageHeader } from "@/app/_ui/page-header";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import type { Team } from "@/lib/identity/teams/contract";
import { type TeamPage, useTeamList } from "@/lib/identity/teams/queries";
import { teamHref } from "./team-link";

const CreateDialog = lazyPart(() => import("./team-dialogs").then((part) => part.CreateTeamDialog));

const SharedTags = lazyPart(
  () => import("./shared-tags").then((part) => part.SharedTags),
  () => <SkeletonRows rows={2} />,
);

/** The reader's teams, and the tags of the reader's own bots that are shared; staff may also list everybody's. Personal teams are left out, because nobody else is in them. */
export function TeamsPage({ isStaff, initial }: { isStaff: boolean; initial: TeamPage }) {
  const [isCreating, setCreating] = useState(false);
  const [isAll, setAll] = useState(false);
  const list = useTeamList(isAll, initial);
  const personal = initial.teams.find((team) => team.personal);
  const teams = list.data?.pages.flatMap((page) => page.teams).filter((team) => !team.personal);
  return (
    <>
      <PageHeader
        title="Teams"
        description="People who own bots together."
        actions={
          <>
            {isStaff ? (
              <Select
                aria-label="Teams shown"
                className="w-36"
                value={isAll ? "all" : "own"}
                onChange={(event) => setAll(event.target.value === "all")}
              >
                <option value="own">Your teams</option>
                <option value="all">All teams</option>
              </Select>
            ) : null}
            <Button variant="primary" onClick={() => setCreating(true)}>
              <Plus aria-hidden /> New team
            </Button>
          </>
        }
      />
      <Card>
        <QueryState
          query={list}
          data={teams}
          failure="Teams could not be loaded"
          loading={<SkeletonRows rows={6} columns={4} />}
          empty={<NoTeams isAll={isAll} onCreate={() => setCreating(true)} />}
        >
          {(rows) => <TeamTable teams={rows} />}
        </QueryState>
        <LoadMore list={list}>Show more teams</LoadMore>
      </Card>
      {personal ? (
        <div className="mt-4">
          <SharedTags team={personal} />
        </div>
      ) : null}
      {isCreating ? <CreateDialog onClose={() => setCreating(false)} /> : null}
    </>
  );
}

function NoTeams({ isAll, onCreate }: { isAll: boolean; onCreate: () => void }) {
  return (
    <EmptyState
      icon={<UsersRound />}
      title="No teams yet"
      description={
        isAll
          ? "Teams appear here when somebody creates one."
          : "Create a team to own bots together with other people. Your other bots stay yours alone; you can share each of them on its page."
      }
      action={
        <Button variant="primary" onClick={onCreate}>
          <Plus aria-hidden /> Create team
        </Button>
      }
    />
  );
}

function TeamTable({ teams }: { teams: readonly Team[] }) {
  return (
    <Table label="Teams">
      <THead>
        <tr>
          <Th>Name</Th>
          <Th>Your role</Th>
          <Th className="text-right">Members</Th>
          <Th className="max-sm:hidden">Owner</Th>
          <Th className="max-md:hidden">Created</Th>
        </tr>
      </THead>
      <TBody>
        {teams.map((team) => (
          <Tr key={team.id}>
            <Td className="max-w-72 truncate font-medium max-sm:max-w-40">
              <Link href={teamHref(team.id)} className="hover:underline">
                <bdi>{team.name}</bdi>
              </Link>
            </Td>
            <Td>
              <Badge>{team.role}</Badge>
            </Td>
            <Td className="tnum text-right">{team.members.toLocaleString("en")}</Td>
            <Td className="max-w-48 truncate text-muted max-sm:hidden">
              <bdi>{team.owner_name ?? "–"}</bdi>
            </Td>
            <Td className="text-muted max-md:hidden">
              <TimeAgo at={team.created_at} />
            </Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  );
}
