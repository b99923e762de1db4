"use client";
import { KeyRound } from "lucide-react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { EmptyState, StaleNote } from "@/app/_ui/empty-state";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { toast } from "@/app/_ui/toast";
import { errorText } from "@/lib/client/api";
import type { ApiKeyRow, KeyScope } from "@/lib/identity/accounts/credentials/contract";
import { useApiKeys, useRevokeApiKey } from "@/lib/identity/accounts/queries";
import { CreateKeyDialog } from "./create-key-dialog";

const SCOPE_TONE: Record<KeyScope, "neutral" | "info" | "warn"> = { read: "neutral", operate: "info", admin: "warn" };

type ApiKeysProps = { admin: boolean; initial: Parameters<typeof useApiKeys>[0] };

export function ApiKeys({ admin, initial }: ApiKeysProps) {
  const keys = useApiKeys(initial);
  const rows = keys.data.keys;
  return (
    <Card>
      <CardHeader>
        <CardTitle>API keys</CardTitle>
        <CreateKeyDialog admin={admin} />
      </CardHeader>
      {keys.isError ? <StaleNote message={errorText(keys.error)} onRetry={() => void keys.refetch()} /> : null}
      {rows.length === 0 ? (
        <EmptyState
          icon={<KeyRound />}
          title="No API keys"
          description="Create a key so that a script or program can use the API without your password."
          docs={{ href: "/docs", label: "How to use a key" }}
        />
      ) : null}
      {rows.length > 0 ? (
        <Table label="API keys">
          <THead>
            <tr>
              <Th>Name</Th>
              <Th className="max-sm:hidden">Prefix</Th>
              <Th>Scope</Th>
              <Th className="max-md:hidden">Created</Th>
              <Th className="max-sm:hidden">Expires</Th>
              <Th className="max-md:hidden">Last used</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </THead>
          <TBody>
            {rows.map((key) => (
              <KeyRow key={key.id} apiKey={key} />
            ))}
          </TBody>
        </Table>
      ) : null}
    </Card>
  );
}

function KeyRow({ apiKey }: { apiKey: ApiKeyRow }) {
  const revoke = useRevokeApiKey();
  const expired = apiKey.expires_at !== null && Date.parse(apiKey.expires_at) < Date.now();
  return (
    <Tr>
      <Td className="max-w-48 truncate font-medium">{apiKey.name}</Td>
      <Td className="font-mono text-[13px] text-muted max-sm:hidden">{apiKey.prefix}…</Td>
      <Td>
        <Badge tone={SCOPE_TONE[apiKey.scope]}>{apiKey.scope}</Badge>
      </Td>
      <Td className="text-muted max-md:hidden">
        <TimeAgo at={apiKey.created_at} />
      </Td>
      <Td className="max-sm:hidden">
        {expired ? <Badge tone="bad">expired</Badge> : <TimeAgo at={apiKey.expires_at} className="text-muted" />}
      </Td>
      <Td className="text-muted max-md:hidden">
        <TimeAgo at={apiKey.last_used_at} />
      </Td>
      <Td className="text-right">
        <ConfirmDialog
          trigger={
            <Button size="sm" variant="ghost" aria-label={`Revoke ${apiKey.name}`}>
              Revoke
            </Button>
          }
          title={`Revoke ${apiKey.name}`}
          consequence="Programs that use this key lose access immediately. You cannot restore a revoked apiKey."
          verb="Revoke key"
          onConfirm={async () => {
            await revoke.mutateAsync(apiKey.id);
            toast.success(`${apiKey.name} revoked`);
          }}
        />
      </Td>
    </Tr>
  );
}
