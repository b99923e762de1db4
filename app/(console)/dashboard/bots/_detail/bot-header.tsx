"use client";
import { RotateCw, Square } from "lucide-react";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { CopyButton } from "@/app/_ui/code-block";
import { PageHeader } from "@/app/_ui/page-header";
import { TimeAgo, TimeFor } from "@/app/_ui/time";
import { Tooltip } from "@/app/_ui/tooltip";
import { platformOf } from "@/app/(console)/dashboard/bots/_list/platform";
import type { Bot } from "@/lib/fleet/bots/contract";
import { PowerConfirm, usePowerAction } from "./power";

/**
 * The bot's name, id and status, and buttons to restart or stop it. A button without effect is disabled and says why.
 */
export function BotHeader({ bot }: { bot: Bot }) {
  const power = usePowerAction(bot);
  const platform = platformOf(bot);
  return (
    <>
      <PageHeader
        title={bot.name}
        description={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="inline-flex items-center gap-1.5">
              <StatusDot status={bot.status} />
              <span className="text-faint">
                for <TimeFor at={bot.status_since} />
              </span>
            </span>
            <span className="text-faint">
              last seen <TimeAgo at={bot.last_active} />
            </span>
            {bot.parts ? (
              <span className={bot.parts.online < bot.parts.of ? "text-warn" : "text-faint"}>
                {bot.parts.online} of {bot.parts.of} programs online
              </span>
            ) : null}
            {platform ? <Badge>{platform}</Badge> : null}
            {bot.owner_id === null ? <Badge tone="warn">unclaimed</Badge> : null}
            <span className="inline-flex min-w-0 items-center font-mono text-[13px] text-faint">
              <span className="truncate">{bot.id}</span>
              <CopyButton text={bot.id} label="Copy ID" className="-my-1" />
            </span>
          </span>
        }
        actions={
          <>
            <MaybeReason reason={power.restartReason}>
              <Button onClick={power.restart} loading={power.busy} disabled={power.restartReason !== null}>
                <RotateCw aria-hidden /> Restart
              </Button>
            </MaybeReason>
            <MaybeReason reason={power.stopReason}>
              <Button onClick={() => power.askStop(true)} disabled={power.stopReason !== null || power.busy}>
                <Square aria-hidden /> Stop
              </Button>
            </MaybeReason>
          </>
        }
      />
      <PowerConfirm bot={bot} power={power} />
    </>
  );
}

function MaybeReason({ reason, children }: { reason: string | null; children: React.ReactNode }) {
  if (!reason) return children;
  return (
    <Tooltip content={`Not available: ${reason}`} focusable>
      {children}
      <span className="sr-only">Not available: {reason}</span>
    </Tooltip>
  );
}
