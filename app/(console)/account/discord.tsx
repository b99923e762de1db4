"use client";
import Link from "next/link";
import { FormProblem } from "@/app/_shell/form-problem";
import { useDeparture } from "@/app/_shell/use-departure";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { StaleNote } from "@/app/_ui/empty-state";
import { toast } from "@/app/_ui/toast";
import { errorText } from "@/lib/client/api";
import type { LinkStatus } from "@/lib/community/discord/contract";
import { goToLink, useDiscordLink, useUnlinkDiscord } from "@/lib/community/discord/queries";

type DiscordAccountProps = { initial: LinkStatus; acceptsPasswords: boolean; problem?: string };

/** Links the account to a Discord account, or unlinks it. `problem` is the error of the last attempt at Discord. */
export function DiscordAccount({ initial, acceptsPasswords, problem }: DiscordAccountProps) {
  const status = useDiscordLink(initial);
  const unlink = useUnlinkDiscord();
  const link = useDeparture(goToLink);
  const { available, linked, has_password } = status.data;
  // Where passwords are off, the server knows whether another provider is linked, and refuses to remove the only one.
  const canUnlink = has_password || !acceptsPasswords;
  if (!available && !linked) return null;
  return (
    <Card>
      <CardHeader>
        <CardTitle>Discord</CardTitle>
        {linked ? <Badge tone="ok">linked</Badge> : null}
      </CardHeader>
      {status.isError ? <StaleNote message={errorText(status.error)} onRetry={() => void status.refetch()} /> : null}
      <div className="space-y-3 p-4">
        <FormProblem problem={link.problem ?? (linked ? undefined : problem)} />
        <div className="flex flex-wrap items-center justify-between gap-3">
          {linked ? (
            <p className="max-w-xl text-muted">
              <strong className="break-all font-medium text-text">
                <bdi>{linked.username}</bdi>
              </strong>{" "}
              <span className="font-mono text-[13px] text-faint">{linked.discord_id}</span>
              <br />
              {canUnlink ? (
                "You can sign in here with this Discord account."
              ) : (
                <>
                  This is your only way to sign in. To unlink it, first{" "}
                  <Link href="/forgot" className="text-accent underline">
                    set a password
                  </Link>
                  .
                </>
              )}
            </p>
          ) : (
            <p className="max-w-xl text-muted">
              Link your Discord account to sign in with it. Your role does not change.
            </p>
          )}
          {linked ? (
            <ConfirmDialog
              trigger={<Button disabled={!canUnlink}>Unlink</Button>}
              title={`Unlink Discord account ${linked.username}`}
              consequence="You can no longer sign in with it. Open sessions stay signed in, and you can link the account again later."
              verb="Unlink"
              tone="primary"
              onConfirm={async () => {
                await unlink.mutateAsync();
                toast.success("Discord account unlinked");
              }}
            />
          ) : (
            <Button loading={link.busy} onClick={() => void link.go()}>
              Link Discord
            </Button>
          )}
        </div>
      </div>
    </Card>
  );
}
