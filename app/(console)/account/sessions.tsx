"use client";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { StaleNote } from "@/app/_ui/empty-state";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { errorToast, toast } from "@/app/_ui/toast";
import { errorText } from "@/lib/client/api";
import { deviceName } from "@/lib/core/format/user-agent";
import { useRevokeSessions, useSessions } from "@/lib/identity/accounts/queries";

export function Sessions({ initial }: { initial: Parameters<typeof useSessions>[0] }) {
  const sessions = useSessions(initial);
  const revoke = useRevokeSessions();
  const rows = sessions.data.sessions;
  const others = rows.filter((row) => !row.current);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Sessions</CardTitle>
        <ConfirmDialog
          trigger={
            <Button size="sm" disabled={others.length === 0}>
              Sign out everywhere else
            </Button>
          }
          title="Sign out everywhere else"
          consequence={`Ends your ${others.length} other ${others.length === 1 ? "session" : "sessions"}. You stay signed in here.`}
          verb={`End ${others.length} ${others.length === 1 ? "session" : "sessions"}`}
          onConfirm={async () => {
            await revoke.mutateAsync(others.map((row) => row.id));
            toast.success("Signed out everywhere else");
          }}
        />
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
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
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
                <Td className="text-right">
                  {row.current ? null : (
                    <Button
                      size="sm"
                      variant="ghost"
                      aria-label={`End the session of ${deviceName(row.user_agent)}`}
                      onClick={() => revoke.mutate([row.id], { onError: (error) => errorToast(error) })}
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
