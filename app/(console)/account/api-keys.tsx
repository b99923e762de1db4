"use client";
import { KeyRound } from "lucide-react";
import { Badge } from "@/app/_ui/badge";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { EmptyState, StaleNote } from "@/app/_ui/empty-state";
import { ActionsTh, Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { errorText } from "@/lib/client/api";
import type { ApiKeyRow } from "@/lib/identity/accounts/credentials/contract.keys";
import { useApiKeys, useRevokeApiKey, useRotateApiKey } from "@/lib/identity/accounts/queries";
import { CreateKeyDialog } from "./create-key-dialog";
import { KeyRights } from "./key-rights";
import { KeyUseCells } from "./key-use-cells";

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
          docs={{ href: "/docs/api", label: "How to use a key" }}
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
              <ActionsTh />
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
  const rotate = useRotateApiKey();
  const expired = apiKey.expires_at !== null && Date.parse(apiKey.expires_at) < Date.now();
  return (
    <Tr>
      <Td className="max-w-48 truncate font-medium">{apiKey.name}</Td>
      <Td className="font-mono text-[13px] text-muted max-sm:hidden">{apiKey.prefix}…</Td>
      <Td>
        <KeyRights apiKey={apiKey} />
      </Td>
      <Td className="text-muted max-md:hidden">
        <TimeAgo at={apiKey.created_at} />
      </Td>
      <Td className="max-sm:hidden">
        {expired ? <Badge tone="bad">expired</Badge> : <TimeAgo at={apiKey.expires_at} className="text-muted" />}
      </Td>
      <KeyUseCells apiKey={apiKey} rotate={rotate} revoke={revoke} />
    </Tr>
  );
}
