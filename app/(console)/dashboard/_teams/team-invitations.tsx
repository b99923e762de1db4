"use client";
import { Mail } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { lazyPart } from "@/app/_ui/lazy-part";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { OpenInvitations } from "@/app/(console)/_invitations/open-invitations";
import { useRevokeTeamInvitation, useTeamInvitations } from "@/lib/identity/accounts/invitations/queries";
import type { Team } from "@/lib/identity/teams/contract";

const Invite = lazyPart(() => import("./invite-to-team").then((one) => one.InviteToTeamDialog));

/** The open invitations to a team, for its owners. */
export function TeamInvitations({ team }: { team: Team }) {
  const [isInviting, setInviting] = useState(false);
  const list = useTeamInvitations(team.id);
  const revoke = useRevokeTeamInvitation(team.id);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Invitations</CardTitle>
        <Button size="sm" onClick={() => setInviting(true)}>
          <Mail aria-hidden /> Invite person
        </Button>
      </CardHeader>
      <QueryState
        query={list}
        data={list.data?.filter(({ state }) => state === "open")}
        failure="Invitations could not be loaded"
        loading={<SkeletonRows rows={1} columns={4} />}
        empty={
          <p className="px-4 py-3 text-muted text-sm">
            No open invitations. Invite people who have no account here yet, or whose username you do not know.
          </p>
        }
      >
        {(rows) => <OpenInvitations rows={rows} revoke={revoke.mutateAsync} isOfTeam />}
      </QueryState>
      {isInviting ? <Invite team={team} onClose={() => setInviting(false)} /> : null}
    </Card>
  );
}
