"use client";
import { Plus, Tags } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { EmptyState } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { ActionsTh, Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { toast } from "@/app/_ui/toast";
import { countText } from "@/lib/core/format/units";
import type { Team } from "@/lib/identity/teams/contract";
import type { TagGrant } from "@/lib/identity/teams/contract.tag-grants";
import { useEndTagGrant, useTagGrants } from "@/lib/identity/teams/queries.tag-grants";

const ShareTagDialog = lazyPart(() => import("./share-tag-dialog"));

/** The tags of a team's bots that are shared, for its maintainers. Owners can share more and end that access. */
export function SharedTags({ team }: { team: Team }) {
  const query = useTagGrants(team.id);
  const [editing, setEditing] = useState<"new" | TagGrant | null>(null);
  const isOwner = team.role === "owner";
  return (
    <Card>
      <CardHeader>
        <CardTitle>{team.personal ? "Shared tags of your own bots" : "Shared tags"}</CardTitle>
        {isOwner ? (
          <Button size="sm" onClick={() => setEditing("new")}>
            <Plus aria-hidden /> Share tag
          </Button>
        ) : null}
      </CardHeader>
      <QueryState
        query={query}
        data={query.data?.filter(({ ends_at }) => ends_at === null || Date.parse(ends_at) > Date.now())}
        failure="Shared tags could not be loaded"
        loading={<SkeletonRows rows={2} columns={4} />}
        empty={
          <EmptyState
            icon={<Tags />}
            title="No shared tags"
            description={
              isOwner
                ? "Share every bot that has a tag with a person or a team, also bots that get the tag later."
                : "Only an owner of the team can share a tag."
            }
          />
        }
      >
        {(grants) => <GrantTable team={team} grants={grants} onChange={isOwner ? setEditing : undefined} />}
      </QueryState>
      {editing ? (
        <ShareTagDialog team={team} grant={editing === "new" ? undefined : editing} onClose={() => setEditing(null)} />
      ) : null}
    </Card>
  );
}

type GrantTableProps = {
  team: Team;
  grants: readonly TagGrant[];
  /** Left out when the reader may not change them: the rows then have no actions. */
  onChange?: (grant: TagGrant) => void;
};

const nameOf = ({ user, team }: TagGrant): string =>
  user?.username ?? team?.name ?? (user ? `#${user.id}` : `team ${team?.id}`);

function GrantTable({ team, grants, onChange }: GrantTableProps) {
  return (
    <Table label="Shared tags">
      <THead>
        <tr>
          <Th>Tag</Th>
          <Th>Shared with</Th>
          <Th className="max-sm:hidden">Role</Th>
          <Th className="max-sm:hidden">Ends</Th>
          {onChange ? <ActionsTh /> : null}
        </tr>
      </THead>
      <TBody>
        {grants.map((grant) => (
          <Tr key={grant.id}>
            <Td className="max-w-40 truncate font-medium max-sm:max-w-24">
              <bdi>{grant.tag}</bdi>
              <span className="block truncate font-normal text-muted text-xs">{countText(grant.bots, "bot")}</span>
            </Td>
            <Td className="max-w-48 truncate max-sm:max-w-28">
              <bdi>{nameOf(grant)}</bdi> {grant.team ? <Badge>team</Badge> : null}
              <span className="block truncate text-muted text-xs sm:hidden">
                {grant.role} · ends <TimeAgo at={grant.ends_at} />
              </span>
            </Td>
            <Td className="max-sm:hidden">
              <Badge>{grant.role}</Badge>
            </Td>
            <Td className="text-muted max-sm:hidden">
              <TimeAgo at={grant.ends_at} />
            </Td>
            {onChange ? (
              <Td className="text-right">
                <Button
                  size="sm"
                  variant="ghost"
                  aria-label={`Change access of ${nameOf(grant)} by ${grant.tag}`}
                  onClick={() => onChange(grant)}
                >
                  Change
                </Button>
                <EndAccess team={team} grant={grant} />
              </Td>
            ) : null}
          </Tr>
        ))}
      </TBody>
    </Table>
  );
}

function EndAccess({ team, grant }: { team: Team; grant: TagGrant }) {
  const end = useEndTagGrant(team.id);
  const name = nameOf(grant);
  return (
    <ConfirmDialog
      trigger={
        <Button size="sm" variant="ghost" aria-label={`End access of ${name} by ${grant.tag}`}>
          End
        </Button>
      }
      title={`End access of ${name}`}
      consequence={`${grant.team ? "Its members" : "They"} no longer see bots because of the tag ${grant.tag}. Open pages close immediately.`}
      verb="End access"
      onConfirm={async () => {
        await end.mutateAsync(grant.id);
        toast.success(`${name} no longer has access by ${grant.tag}`);
      }}
    />
  );
}
