"use client";
import type { ComponentProps } from "react";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { Td } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { toast } from "@/app/_ui/toast";
import { RotateKeyDialog } from "./rotate-key-dialog";

type KeyUseCellsProps = ComponentProps<typeof RotateKeyDialog> & {
  apiKey: { id: string; last_used_at: string | null; last_used_ip: string | null };
  revoke: { mutateAsync(id: string): Promise<unknown> };
};

/** The last cells of a key's row, of a person or of a team: its last use, and the buttons that rotate and revoke it. */
export function KeyUseCells({ apiKey, rotate, revoke }: KeyUseCellsProps) {
  return (
    <>
      <Td className="text-muted max-md:hidden">
        <TimeAgo at={apiKey.last_used_at} />
        {apiKey.last_used_ip ? <span className="block font-mono text-[13px]">{apiKey.last_used_ip}</span> : null}
      </Td>
      <Td className="whitespace-nowrap text-right">
        <RotateKeyDialog apiKey={apiKey} rotate={rotate} />
        <ConfirmDialog
          trigger={
            <Button size="sm" variant="ghost" aria-label={`Revoke ${apiKey.name}`}>
              Revoke
            </Button>
          }
          title={`Revoke ${apiKey.name}`}
          consequence="Programs that use this key lose access immediately. You cannot restore a revoked key."
          verb="Revoke key"
          onConfirm={async () => {
            await revoke.mutateAsync(apiKey.id);
            toast.success(`${apiKey.name} revoked`);
          }}
        />
      </Td>
    </>
  );
}
