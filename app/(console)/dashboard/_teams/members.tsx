"use client";
import { X } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { Select } from "@/app/_ui/input";
import { lazyPart } from "@/app/_ui/lazy-part";
import { LoadMore } from "@/app/_ui/load-more";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { ActionsTh, Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { errorToast, toast } from "@/app/_ui/toast";
import { useHydrated } from "@/app/_ui/use-hydrated";
import { TEAM_ROLES, type TeamRole } from "@/lib/core/contract.roles";
import type { Team, TeamMember } from "@/lib/identity/teams/contract";
import { useChangeMember, useTeamMembers } from "@/lib/identity/teams/queries";
import { articleOf } from "./roles";

const RemoveMember = lazyPart(() => import("./team-dialogs").then((part) => part.RemoveMemberDialog));

/** The members of a team. Owners change their roles and remove them. */
export function Members({ team, userId }: { team: Team; userId: number }) {
  const list = useTeamMembers(team.id);
  const [removed, setRemoved] = useState<TeamMember | null>(null);
  const isOwner = team.role === "owner";
  return (
    <Card>
      <CardHeader>
        <CardTitle>Members</CardTitle>
      </CardHeader>
      <QueryState
        query={list}
        data={list.data?.pages.flatMap((page) => page.members)}
        failure="Members could not be loaded"
        loading={<SkeletonRows rows={3} columns={4} />}
      >
        {(members) => (
          <Table label="Members">
            <THead>
              <tr>
                <Th>Person</Th>
                <Th>Role</Th>
                <Th className="max-sm:hidden">Added</Th>
                {isOwner ? <ActionsTh /> : null}
              </tr>
            </THead>
            <TBody>
              {members.map((member) => (
                <MemberRow
                  key={member.user_id}
                  team={team}
                  member={member}
                  isSelf={member.user_id === userId}
                  onRemove={isOwner ? () => setRemoved(member) : undefined}
                />
              ))}
            </TBody>
          </Table>
        )}
      </QueryState>
      <LoadMore list={list}>Show more members</LoadMore>
      {removed ? <RemoveMember team={team} member={removed} onClose={() => setRemoved(null)} /> : null}
    </Card>
  );
}

type RowProps = {
  team: Team;
  member: TeamMember;
  isSelf: boolean;
  /** Left out when the reader may not change members: the row then has no actions. */
  onRemove?: () => void;
};

function MemberRow({ team, member, isSelf, onRemove }: RowProps) {
  return (
    <Tr>
      <Td className="max-w-64 truncate max-sm:max-w-36">
        <span className="font-medium">
          <bdi>{member.username}</bdi>
        </span>{" "}
        {isSelf ? <Badge>you</Badge> : <span className="text-muted max-sm:hidden">{member.fullname}</span>}
      </Td>
      {/* Owners cannot lower their own role by accident: to give it up, they transfer the team or leave it. */}
      <Td>{onRemove && !isSelf ? <RoleChoice team={team} member={member} /> : <Badge>{member.role}</Badge>}</Td>
      <Td className="text-muted max-sm:hidden">
        <TimeAgo at={member.added_at} />
      </Td>
      {onRemove ? (
        <Td className="text-right">
          {isSelf ? null : (
            <Button size="sm" variant="ghost" aria-label={`Remove ${member.username}`} onClick={onRemove}>
              <X className="size-3.5 sm:hidden" aria-hidden />
              <span className="max-sm:sr-only">Remove</span>
            </Button>
          )}
        </Td>
      ) : null}
    </Tr>
  );
}

function RoleChoice({ team, member }: { team: Team; member: TeamMember }) {
  const change = useChangeMember(team.id);
  const isReady = useHydrated();
  // The chosen role is shown while the server is asked, which may take a proof from the person.
  const role = change.isPending ? change.variables.role : member.role;
  const choose = (next: TeamRole) =>
    change.mutate(
      { userId: member.user_id, role: next },
      {
        onSuccess: () => toast.success(`${member.username} is now ${articleOf(next)} ${next}`),
        onError: (error) => errorToast(error),
      },
    );
  return (
    <Select
      aria-label={`Role of ${member.username}`}
      className="w-28 sm:w-32 [&>select]:h-7 [&>select]:text-[13px]"
      value={role}
      disabled={!isReady || change.isPending}
      onChange={(event) => choose(event.target.value as TeamRole)}
    >
      {TEAM_ROLES.map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </Select>
  );
}
