"use client";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { useInvitations, useRevokeInvitation } from "@/lib/identity/accounts/invitations/queries";
import { OpenInvitations } from "../_invitations/open-invitations";
import { CreateUserDialog, InviteUserDialog } from "./account-dialogs";

/** The buttons that add people, and the invitations that still wait. For admins. */
export function Invitations() {
  const [dialog, setDialog] = useState<"invite" | "create" | null>(null);
  const open = (useInvitations().data ?? []).filter(({ state }) => state === "open");
  const revoke = useRevokeInvitation();
  const close = () => setDialog(null);
  return (
    <div className="mb-4 space-y-4">
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" size="sm" onClick={() => setDialog("invite")}>
          <UserPlus />
          Invite person
        </Button>
        <Button size="sm" onClick={() => setDialog("create")}>
          Create user
        </Button>
      </div>
      {open.length > 0 ? (
        <Card>
          <CardHeader>
            <CardTitle>Open invitations</CardTitle>
          </CardHeader>
          <OpenInvitations rows={open} revoke={revoke.mutateAsync} />
        </Card>
      ) : null}
      {dialog === "invite" ? <InviteUserDialog onClose={close} /> : null}
      {dialog === "create" ? <CreateUserDialog onClose={close} /> : null}
    </div>
  );
}
