"use client";
import { MoreHorizontal, UserPlus } from "lucide-react";
import { useState } from "react";
import { AccessEnded } from "@/app/_shell/access-ended";
import { useAccessEnded } from "@/app/_shell/use-access-ended";
import { Button } from "@/app/_ui/button";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Menu, MenuItem, MenuSeparator } from "@/app/_ui/menu";
import { PageHeader } from "@/app/_ui/page-header";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { reaches } from "@/lib/core/contract.roles";
import type { Team } from "@/lib/identity/teams/contract";
import { type TeamReply, useTeam } from "@/lib/identity/teams/queries";
import { useOwnTeams } from "@/lib/identity/teams/queries.own";
import { Members } from "./members";
import { articleOf } from "./roles";
import { TeamBots, useTeamBots } from "./team-bots";
import { TeamInvitations } from "./team-invitations";

const dialogs = () => import("./team-dialogs");
const AddMember = lazyPart(() => dialogs().then((one) => one.AddMemberDialog));
const Rename = lazyPart(() => dialogs().then((one) => one.RenameTeamDialog));
const Transfer = lazyPart(() => dialogs().then((one) => one.TransferTeamDialog));
const Leave = lazyPart(() => dialogs().then((one) => one.LeaveTeamDialog));
const Delete = lazyPart(() => dialogs().then((one) => one.DeleteTeamDialog));

const ServiceKeys = lazyPart(
  () => import("./service-keys").then((one) => one.ServiceKeys),
  () => <SkeletonRows rows={2} />,
);
const SharedTags = lazyPart(
  () => import("./shared-tags").then((one) => one.SharedTags),
  () => <SkeletonRows rows={2} />,
);
const UsageCard = lazyPart(
  () => import("@/app/(console)/_quotas/usage-card").then((one) => one.UsageCard),
  () => <SkeletonRows rows={6} />,
);
const TeamActivity = lazyPart(
  () => import("@/app/(console)/dashboard/_audit/activity").then((one) => one.TeamActivity),
  () => <SkeletonRows rows={6} />,
);

type Props = { teamId: number; userId: number; initial: TeamReply };

/** One team: its members, its bots, and what the reader may do with it. */
export function TeamPage({ teamId, userId, initial }: Props) {
  const query = useTeam(teamId, initial);
  const isEnded = useAccessEnded(query);
  if (isEnded)
    return (
      <AccessEnded
        what={`team ${query.data?.team.name ?? ""}`}
        description="You are no longer a member, or the team was deleted. Ask an owner of the team if you still need it."
        back={{ href: "/dashboard/teams", label: "View your teams" }}
      />
    );
  return (
    <QueryState
      query={query}
      data={query.data?.team}
      failure="The team could not be loaded"
      loading={<SkeletonRows rows={6} columns={3} />}
    >
      {(team) => (
        <>
          <TeamHeader team={team} userId={userId} />
          <div className="max-w-4xl space-y-4">
            <Members team={team} userId={userId} />
            {team.role === "owner" ? <TeamInvitations team={team} /> : null}
            <TeamBots team={team} />
            <MaintainersPart team={team} />
            <UsageCard teamId={team.id} />
            {reaches(team.role, "maintainer") ? <TeamActivity teamId={team.id} /> : null}
          </div>
        </>
      )}
    </QueryState>
  );
}

/** The parts of the page for those who maintain the team. */
function MaintainersPart({ team }: { team: Team }) {
  if (!reaches(team.role, "maintainer")) return null;
  return (
    <>
      <SharedTags team={team} />
      {team.personal ? null : <ServiceKeys team={team} />}
    </>
  );
}

type Open = "add" | "rename" | "transfer" | "leave" | "delete" | null;

function TeamHeader({ team, userId }: { team: Team; userId: number }) {
  const [open, setOpen] = useState<Open>(null);
  const isMember = useOwnTeams().some(({ id }) => id === team.id);
  const isOwner = team.role === "owner";
  const people = team.members === 1 ? "1 member" : `${team.members} members`;
  return (
    <>
      <PageHeader
        title={<bdi>{team.name}</bdi>}
        description={
          isMember
            ? `${people}. You are ${articleOf(team.role)} ${team.role}.`
            : `${people}. You are not a member; you see this team as staff of the server.`
        }
        actions={
          <>
            {isOwner ? (
              <Button variant="primary" onClick={() => setOpen("add")}>
                <UserPlus aria-hidden /> Add member
              </Button>
            ) : null}
            {isMember && !isOwner ? <Button onClick={() => setOpen("leave")}>Leave team</Button> : null}
            {isOwner ? (
              <Menu
                align="end"
                trigger={
                  <Button icon aria-label="More actions for this team">
                    <MoreHorizontal />
                  </Button>
                }
              >
                <MenuItem onSelect={() => setOpen("rename")}>Rename team</MenuItem>
                <MenuItem onSelect={() => setOpen("transfer")}>Transfer team</MenuItem>
                {isMember ? <MenuItem onSelect={() => setOpen("leave")}>Leave team</MenuItem> : null}
                <MenuSeparator />
                <MenuItem tone="danger" onSelect={() => setOpen("delete")}>
                  Delete team
                </MenuItem>
              </Menu>
            ) : null}
          </>
        }
      />
      <TeamDialog open={open} team={team} userId={userId} onClose={() => setOpen(null)} />
    </>
  );
}

type DialogProps = { open: Open; team: Team; userId: number; onClose: () => void };

function TeamDialog({ open, team, userId, onClose }: DialogProps) {
  const bots = useTeamBots(team.id);
  const props = { team, onClose };
  switch (open) {
    case "add":
      return <AddMember {...props} />;
    case "rename":
      return <Rename {...props} />;
    case "transfer":
      return <Transfer {...props} />;
    case "leave":
      return <Leave {...props} userId={userId} />;
    case "delete":
      return <Delete {...props} botCount={bots.data?.pages[0]?.count} />;
    default:
      return null;
  }
}
