"use client";
import { useState } from "react";
import { useRole } from "@/app/_shell/features";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { lazyPart } from "@/app/_ui/lazy-part";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { ActionsTh, Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { toast } from "@/app/_ui/toast";
import type { Passkey } from "@/lib/identity/accounts/passkeys/contract";
import { usePasskeys, useRemovePasskey } from "@/lib/identity/accounts/passkeys/queries";

const AddDialog = lazyPart(() => import("./passkey-dialogs").then((one) => one.AddPasskeyDialog));
const RenameDialog = lazyPart(() => import("./passkey-dialogs").then((one) => one.RenamePasskeyDialog));

/** The person's passkeys. */
export function Passkeys() {
  const query = usePasskeys();
  const [isAdding, setAdding] = useState(false);
  const isAvailable = query.data?.available ?? false;
  const isAdmin = useRole() === "admin";
  return (
    <Card>
      <CardHeader>
        <CardTitle>Passkeys</CardTitle>
        <Button size="sm" disabled={!isAvailable} onClick={() => setAdding(true)}>
          Add passkey
        </Button>
      </CardHeader>
      <QueryState
        query={query}
        data={query.data?.passkeys}
        failure="Passkeys could not be loaded"
        loading={<SkeletonRows rows={2} columns={3} />}
        empty={
          <p className="max-w-xl p-4 text-muted">
            {isAvailable
              ? "Sign in with your fingerprint, your face, a PIN or a security key, without a password. Other sign-ins then also need a passkey or a code."
              : `Passkeys need a server with a domain name and HTTPS. ${isAdmin ? "Set PUBLIC_URL to the address in the browser." : "Ask an admin of this server to set them up."}`}
          </p>
        }
      >
        {(rows) => (
          <Table label="Passkeys">
            <THead>
              <tr>
                <Th>Name</Th>
                <Th className="max-sm:hidden">Added</Th>
                <Th>Last used</Th>
                <ActionsTh />
              </tr>
            </THead>
            <TBody>
              {rows.map((passkey) => (
                <PasskeyRow key={passkey.id} passkey={passkey} />
              ))}
            </TBody>
          </Table>
        )}
      </QueryState>
      {isAdding ? <AddDialog onClose={() => setAdding(false)} /> : null}
    </Card>
  );
}

function PasskeyRow({ passkey }: { passkey: Passkey }) {
  const [isRenaming, setRenaming] = useState(false);
  const remove = useRemovePasskey(passkey.id);
  return (
    <Tr>
      <Td>
        <span className="font-medium">
          <bdi>{passkey.name}</bdi>
        </span>{" "}
        {passkey.synced ? <Badge>Synced</Badge> : null}
      </Td>
      <Td className="text-muted max-sm:hidden">
        <TimeAgo at={passkey.created_at} />
      </Td>
      <Td className="text-muted">{passkey.last_used_at ? <TimeAgo at={passkey.last_used_at} /> : "never"}</Td>
      <Td className="text-right">
        <Button size="sm" variant="ghost" aria-label={`Rename ${passkey.name}`} onClick={() => setRenaming(true)}>
          Rename
        </Button>
        <ConfirmDialog
          trigger={
            <Button size="sm" variant="ghost" aria-label={`Remove ${passkey.name}`}>
              Remove
            </Button>
          }
          title={`Remove passkey ${passkey.name}`}
          consequence="It no longer signs you in. Delete it on your device or in your password manager as well."
          verb="Remove passkey"
          onConfirm={async () => {
            await remove.mutateAsync();
            toast.success(`Removed passkey ${passkey.name}`);
          }}
        />
        {isRenaming ? <RenameDialog passkey={passkey} onClose={() => setRenaming(false)} /> : null}
      </Td>
    </Tr>
  );
}
