"use client";
import { KeyRound } from "lucide-react";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { LoadMore } from "@/app/_ui/load-more";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { ActionsTh, Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { KeyRights } from "@/app/(console)/account/key-rights";
import { KeyUseCells } from "@/app/(console)/account/key-use-cells";
import type { Team } from "@/lib/identity/teams/contract";
import type { TeamKey } from "@/lib/identity/teams/contract.keys";
import { useRevokeTeamKey, useRotateTeamKey, useTeamKeys } from "@/lib/identity/teams/queries.keys";
import { CreateServiceKey } from "./create-service-key";

/** The service keys of a team, for those who maintain it. */
export function ServiceKeys({ team }: { team: Team }) {
  const list = useTeamKeys(team.id);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Service keys</CardTitle>
        <CreateServiceKey team={team} />
      </CardHeader>
      <QueryState
        query={list}
        data={list.data?.pages.flatMap((page) => page.keys)}
        failure="Service keys could not be loaded"
        loading={<SkeletonRows rows={2} columns={4} />}
        empty={
          <EmptyState
            icon={<KeyRound />}
            title="No service keys"
            description="Create a key for a program that works for the team. It keeps working when whoever created it leaves."
          />
        }
      >
        {(keys) => (
          <Table label="Service keys">
            <THead>
              <tr>
                <Th>Name</Th>
                <Th className="max-sm:hidden">Scopes</Th>
                <Th className="max-md:hidden">Created</Th>
                <Th className="max-sm:hidden">Expires</Th>
                <Th className="max-md:hidden">Last used</Th>
                <ActionsTh />
              </tr>
            </THead>
            <TBody>
              {keys.map((key) => (
                <ServiceKeyRow key={key.id} apiKey={key} />
              ))}
            </TBody>
          </Table>
        )}
      </QueryState>
      <LoadMore list={list}>Show more keys</LoadMore>
    </Card>
  );
}

function ServiceKeyRow({ apiKey }: { apiKey: TeamKey }) {
  const { team_id } = apiKey;
  const revoke = useRevokeTeamKey(team_id);
  const rotate = useRotateTeamKey(team_id);
  return (
    <Tr>
      <Td className="max-w-48">
        <span className="block truncate font-medium">{apiKey.name}</span>
        <span className="block truncate font-mono text-[13px] text-muted">{apiKey.prefix}…</span>
      </Td>
      <Td className="max-sm:hidden">
        <KeyRights apiKey={apiKey} />
      </Td>
      <Td className="text-muted max-md:hidden">
        <TimeAgo at={apiKey.created_at} />
        <span className="block max-w-36 truncate text-[13px]">
          by <bdi>{apiKey.created_by_name ?? "a deleted account"}</bdi>
        </span>
      </Td>
      <Td className="text-muted max-sm:hidden">
        <TimeAgo at={apiKey.expires_at} />
      </Td>
      <KeyUseCells apiKey={apiKey} rotate={rotate} revoke={revoke} />
    </Tr>
  );
}
