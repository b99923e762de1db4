"use client";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { ActionsTh, Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { toast } from "@/app/_ui/toast";
import type { Invitation } from "@/lib/identity/accounts/invitations/contract";

type Props = {
  rows: readonly Invitation[];
  revoke: (id: number) => Promise<unknown>;
  /** The rows are those of one team, which is not named again. */
  isOfTeam?: boolean;
};

/** The table of open invitations, each of which can be revoked. */
export function OpenInvitations({ rows, revoke, isOfTeam = false }: Props) {
  return (
    <Table label="Open invitations">
      <THead>
        <tr>
          <Th>For</Th>
          <Th>Role</Th>
          <Th className="max-sm:hidden">Invited by</Th>
          <Th className="max-sm:hidden">Expires</Th>
          <ActionsTh />
        </tr>
      </THead>
      <TBody>
        {rows.map((row) => (
          <Tr key={row.id}>
            <Td className="max-w-64 truncate max-sm:max-w-36">{row.email ?? "Whoever has the link"}</Td>
            <Td className="max-w-48 truncate">
              <Badge>{row.team_role ?? row.role}</Badge>
              {row.team && !isOfTeam ? (
                <span className="ml-2 text-muted">
                  in <bdi>{row.team.name}</bdi>
                </span>
              ) : null}
            </Td>
            <Td className="text-muted max-sm:hidden">{row.created_by}</Td>
            <Td className="text-muted max-sm:hidden">
              <TimeAgo at={row.expires_at} />
            </Td>
            <Td className="text-right">
              <ConfirmDialog
                trigger={
                  <Button size="sm" variant="ghost">
                    Revoke
                  </Button>
                }
                title="Revoke the invitation"
                consequence="Its link stops working immediately."
                verb="Revoke invitation"
                onConfirm={async () => {
                  await revoke(row.id);
                  toast.success("Invitation revoked");
                }}
              />
            </Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  );
}
