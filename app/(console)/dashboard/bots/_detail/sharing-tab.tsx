"use client";
import { Plus, Share2 } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useState } from "react";
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
import { teamHref } from "@/app/(console)/dashboard/_teams/team-link";
import { ApiError } from "@/lib/client/api";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { BotGrant } from "@/lib/identity/teams/contract.grants";
import { useEndGrant, useGrants } from "@/lib/identity/teams/queries";
import { type BotOwner, type Reader, useBotOwner } from "./bot-owner";

const ShareDialog = lazyPart(() => import("./share-dialog"));

type Props = { bot: Bot; reader: Reader };

/** Lists the team that owns the bot, and everybody with whom it is shared. Owners can share it and end that access. */
export function SharingTab({ bot, reader }: Props) {
  const owner = useBotOwner(bot, reader);
  const query = useGrants(bot.id);
  const [editing, setEditing] = useState<"new" | BotGrant | null>(null);
  const isRefused = query.error instanceof ApiError && query.error.status === 403;
  const mayShare = reader.role === "admin" || owner?.role === "owner";
  return (
    <Card className="max-w-4xl">
      <CardHeader>
        <CardTitle>Access to this bot</CardTitle>
        {mayShare ? (
          <Button size="sm" onClick={() => setEditing("new")}>
            <Plus aria-hidden /> Share bot
          </Button>
        ) : null}
      </CardHeader>
      <p className="border-line border-b px-4 py-2.5 text-[13px] text-muted">
        {owner ? <OwnerLine owner={owner} /> : "Nobody owns this bot yet."} Admins and moderators of this server see
        every bot.
      </p>
      {isRefused ? (
        <EmptyState
          icon={<Share2 />}
          title="Sharing is for maintainers and owners"
          description="This bot is shared with you. Only its maintainers and owners can see who else has access."
        />
      ) : (
        <QueryState
          query={query}
          data={query.data?.filter(({ ends_at }) => ends_at === null || Date.parse(ends_at) > Date.now())}
          failure="Sharing could not be loaded"
          loading={<SkeletonRows rows={3} columns={4} />}
          empty={
            <EmptyState
              icon={<Share2 />}
              title="Not shared"
              description={
                mayShare
                  ? "Share this bot with a person or a team, until a date or without an end. They see only this bot."
                  : "Only an owner of this bot can share it."
              }
            />
          }
        >
          {(grants) => <GrantTable bot={bot} grants={grants} onChange={mayShare ? setEditing : undefined} />}
        </QueryState>
      )}
      {editing ? (
        <ShareDialog bot={bot} grant={editing === "new" ? undefined : editing} onClose={() => setEditing(null)} />
      ) : null}
    </Card>
  );
}

function OwnerLine({ owner }: { owner: BotOwner }) {
  if (owner.kind === "self") return "You own this bot.";
  if (owner.kind === "other") return owner.name ? `${owner.name} owns this bot.` : "Somebody else owns this bot.";
  return (
    <>
      Members of{" "}
      <Link href={teamHref(owner.teamId)} className="text-accent underline">
        <bdi>{owner.name}</bdi>
      </Link>{" "}
      see this bot, each with their role in the team.
    </>
  );
}

type GrantTableProps = {
  bot: Bot;
  grants: readonly BotGrant[];
  /** Left out when the reader may not change them: the rows then have no actions. */
  onChange?: (grant: BotGrant) => void;
};

function GrantTable({ bot, grants, onChange }: GrantTableProps) {
  return (
    <Table label="Shared with">
      <THead>
        <tr>
          <Th>Shared with</Th>
          <Th className="max-sm:hidden">Role</Th>
          <Th className="max-sm:hidden">Ends</Th>
          <Th className="max-md:hidden">Shared by</Th>
          {onChange ? <ActionsTh /> : null}
        </tr>
      </THead>
      <TBody>
        {grants.map((grant) => (
          <Tr key={grant.id}>
            <Td className="max-w-56 truncate font-medium max-sm:max-w-44">
              <bdi>{nameOf(grant)}</bdi> {grant.team ? <Badge>team</Badge> : null}
              <span className="block truncate font-normal text-muted text-xs sm:hidden">
                {grant.role} · ends <TimeAgo at={grant.ends_at} />
              </span>
            </Td>
            <Td className="max-sm:hidden">
              <Badge>{grant.role}</Badge>
            </Td>
            <Td className="text-muted max-sm:hidden">
              <TimeAgo at={grant.ends_at} />
            </Td>
            <Td className="max-w-40 truncate text-muted max-md:hidden">
              <bdi>{grant.created_by_name ?? "–"}</bdi>
            </Td>
            {onChange ? (
              <Actions>
                <Button
                  size="sm"
                  variant="ghost"
                  aria-label={`Change access of ${nameOf(grant)}`}
                  onClick={() => onChange(grant)}
                >
                  Change
                </Button>
                <EndAccess bot={bot} grant={grant} />
              </Actions>
            ) : null}
          </Tr>
        ))}
      </TBody>
    </Table>
  );
}

const Actions = ({ children }: { children: ReactNode }) => <Td className="text-right">{children}</Td>;

const nameOf = ({ user, team }: BotGrant): string =>
  user?.username ?? team?.name ?? (user ? `#${user.id}` : `team ${team?.id}`);

function EndAccess({ bot, grant }: { bot: Bot; grant: BotGrant }) {
  const end = useEndGrant(bot.id);
  const name = nameOf(grant);
  return (
    <ConfirmDialog
      trigger={
        <Button size="sm" variant="ghost" aria-label={`End access of ${name}`}>
          End
        </Button>
      }
      title={`End access of ${name}`}
      consequence={`${grant.team ? "Its members" : "They"} no longer see ${bot.name}. Open pages close immediately.`}
      verb="End access"
      onConfirm={async () => {
        await end.mutateAsync(grant.id);
        toast.success(`${name} no longer has access to ${bot.name}`);
      }}
    />
  );
}
