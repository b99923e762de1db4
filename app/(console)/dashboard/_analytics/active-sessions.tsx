"use client";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { EmptyState, StaleNote } from "@/app/_ui/empty-state";
import { ActionsTh, Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { toast } from "@/app/_ui/toast";
import { errorText } from "@/lib/client/api";
import type { ActiveSession } from "@/lib/community/analytics/contract";
import { useActiveSessions, useEndActiveSession } from "@/lib/community/analytics/queries";
import { durationText } from "@/lib/core/format/units";
import { platformName } from "./breakdowns";

/** Lists the people who are active now. An admin may sign out any of them. */
export function ActiveSessions({ initial }: { initial: Parameters<typeof useActiveSessions>[0] }) {
  const { data, error, isError, refetch } = useActiveSessions(initial);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Active now</CardTitle>
        <span className="text-[13px] text-faint">
          {data.count > data.sessions.length ? `the latest ${data.sessions.length} of ${data.count}, ` : ""}with a
          request in the last 30 minutes
        </span>
      </CardHeader>
      {isError ? <StaleNote message={errorText(error)} onRetry={() => void refetch()} /> : null}
      {data.sessions.length > 0 ? (
        <Sessions rows={data.sessions} />
      ) : (
        <EmptyState title="No active sessions" description="Sessions appear here after their first request." />
      )}
    </Card>
  );
}

function Sessions({ rows }: { rows: readonly ActiveSession[] }) {
  return (
    <Table label="Active sessions" areaClassName="max-h-96">
      <THead>
        <tr>
          <Th>Person</Th>
          <Th>Platform</Th>
          <Th>Client</Th>
          <Th>Last request</Th>
          <Th className="text-right">Duration</Th>
          <ActionsTh />
        </tr>
      </THead>
      <TBody>
        {rows.map((row) => (
          <Tr key={row.session_id}>
            <Td className="font-medium">
              <bdi>{row.username}</bdi> {row.current ? <Badge>you</Badge> : null}
            </Td>
            <Td>{platformName(row.platform)}</Td>
            <Td className="text-muted">{[row.device, row.version].filter(Boolean).join(" ") || "unknown"}</Td>
            <Td>
              <TimeAgo at={row.last_activity} />
            </Td>
            <Td className="tnum text-right">{durationText(row.duration)}</Td>
            <Td className="text-right">
              <End row={row} />
            </Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  );
}

function End({ row }: { row: ActiveSession }) {
  const end = useEndActiveSession();
  if (row.credential === "api_key")
    return (
      <span title="This session ends when its owner revokes the API key" className="text-[13px] text-faint">
        API key
      </span>
    );
  if (row.current) return null;
  return (
    <ConfirmDialog
      trigger={
        <Button size="sm" variant="ghost" aria-label={`Sign out ${row.username}`}>
          Sign out
        </Button>
      }
      title={`Sign out ${row.username}`}
      consequence="Ends this session immediately on all its open pages. Unsaved changes there are lost."
      verb="Sign out"
      onConfirm={async () => {
        await end.mutateAsync(row.session_id);
        toast.success(`${row.username} signed out`);
      }}
    />
  );
}
