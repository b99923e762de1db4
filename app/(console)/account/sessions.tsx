"use client";
import { useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { Checkbox } from "@/app/_ui/checkbox";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { StaleNote } from "@/app/_ui/empty-state";
import { ActionsTh, Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { FullTime } from "@/app/_ui/time-format";
import { errorToast, toast } from "@/app/_ui/toast";
import { errorText } from "@/lib/client/api";
import { countText } from "@/lib/core/format/units";
import { deviceName } from "@/lib/core/format/user-agent";
import { useEndSessions, useRevokeSession, useSessions } from "@/lib/identity/accounts/queries";

export function Sessions({ initial }: { initial: Parameters<typeof useSessions>[0] }) {
  const sessions = useSessions(initial);
  const revoke = useRevokeSession();
  const rows = sessions.data.sessions;
  return (
    <Card>
      <CardHeader>
        <CardTitle>Sessions</CardTitle>
        <EndSessions others={rows.filter((row) => !row.current).length} />
      </CardHeader>
      {sessions.isError ? (
        <StaleNote message={errorText(sessions.error)} onRetry={() => void sessions.refetch()} />
      ) : null}
      {rows.length > 0 ? (
        <Table label="Sessions">
          <THead>
            <tr>
              <Th>Device</Th>
              <Th className="max-sm:hidden">Address</Th>
              <Th className="max-md:hidden">Signed in</Th>
              <Th>Last seen</Th>
              <Th className="max-lg:hidden">Ends</Th>
              <ActionsTh />
            </tr>
          </THead>
          <TBody>
            {rows.map((row) => (
              <Tr key={row.id}>
                <Td>
                  <span title={row.user_agent ?? undefined}>{deviceName(row.user_agent)}</span>{" "}
                  {row.current ? <Badge tone="ok">This session</Badge> : null}
                </Td>
                <Td className="font-mono text-[13px] text-muted max-sm:hidden">{row.ip ?? "unknown"}</Td>
                <Td className="text-muted max-md:hidden">
                  <TimeAgo at={row.created_at} />
                </Td>
                <Td className="text-muted">
                  <TimeAgo at={row.last_seen_at} />
                </Td>
                <Td className="text-muted max-lg:hidden">
                  <FullTime at={row.expires_at} />
                </Td>
                <Td className="text-right">
                  {row.current ? null : (
                    <Button
                      size="sm"
                      variant="ghost"
                      aria-label={`End the session of ${deviceName(row.user_agent)}`}
                      onClick={() => revoke.mutate(row.id, { onError: (error) => errorToast(error) })}
                    >
                      End
                    </Button>
                  )}
                </Td>
              </Tr>
            ))}
          </TBody>
        </Table>
      ) : null}
    </Card>
  );
}

/** Ends all sessions of the account, with the choice to stay signed in here. */
function EndSessions({ others }: { others: number }) {
  const end = useEndSessions();
  const [keepsThis, setKeepsThis] = useState(true);
  return (
    <ConfirmDialog
      trigger={<Button size="sm">Sign out everywhere</Button>}
      title="Sign out everywhere"
      consequence={
        <>
          <span className="block">
            Ends {countText(others, "other session")} at once, open pages included. API keys keep working.
          </span>
          <span className="mt-3 flex items-center gap-2">
            <Checkbox id="keeps-this" checked={keepsThis} onCheckedChange={(on) => setKeepsThis(on === true)} />
            <label htmlFor="keeps-this">Stay signed in here</label>
          </span>
        </>
      }
      verb="Sign out everywhere"
      onConfirm={async () => {
        await end.mutateAsync({ keepsThis });
        toast.success("Signed out everywhere else");
      }}
    />
  );
}
