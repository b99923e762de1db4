"use client";
import { RotateCw, Square } from "lucide-react";
import Link from "next/link";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { CopyButton } from "@/app/_ui/code-block";
import { PageHeader } from "@/app/_ui/page-header";
import { TimeAgo, TimeFor } from "@/app/_ui/time";
import { Tooltip } from "@/app/_ui/tooltip";
import { teamHref } from "@/app/(console)/dashboard/_teams/team-link";
import { BotTags } from "@/app/(console)/dashboard/bots/_list/bot-tags";
import { platformOf } from "@/app/(console)/dashboard/bots/_list/platform";
import { countText } from "@/lib/core/format/units";
import type { Bot } from "@/lib/fleet/bots/contract";
import { TAGS_MAX } from "@/lib/fleet/bots/contract.constants";
import { MaintenanceMark } from "../../_maintenance/bot-maintenance";
import { HostSiblings } from "../../_shared/host-siblings";
import { type Reader, useBotOwner } from "./bot-owner";
import { InstancesAlarm } from "./instances-alarm";
import { PowerConfirm, usePowerAction } from "./power";

/**
 * The bot's name, id and status, and buttons to restart or stop it. A button without effect is disabled and says why.
 */
export function BotHeader({ bot, reader, sharedTags }: OwnerProps) {
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
                {bot.parts.online} of {countText(bot.parts.of, "program")} online
              </span>
            ) : null}
            <InstancesAlarm bot={bot} />
            <HostSiblings bot={bot} />
            <MaintenanceMark botId={bot.id} />
            {platform ? <Badge>{platform}</Badge> : null}
            <BotTags bot={bot} shown={TAGS_MAX * 2} />
            <Owner bot={bot} reader={reader} sharedTags={sharedTags} />
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

/** `sharedTags`: the shared tags that let the reader see the bot. */
type OwnerProps = { bot: Bot; reader: Reader; sharedTags?: readonly string[] };

const sharedText = (tags: readonly string[] = []): string =>
  tags.length > 0
    ? `shared with you by the ${tags.length === 1 ? "tag" : "tags"} ${tags.join(", ")}`
    : "shared with you";

/** Names the owner of the bot, unless that is the reader. */
function Owner({ bot, reader, sharedTags }: OwnerProps) {
  const owner = useBotOwner(bot, reader);
  if (!owner) return <Badge tone="warn">unclaimed</Badge>;
  if (owner.kind === "self") return null;
  if (owner.kind === "other")
    return (
      <span className="text-faint">
        {owner.name ? <>owned by {<bdi>{owner.name}</bdi>}</> : sharedText(sharedTags)}
      </span>
    );
  return (
    <span className="text-faint">
      team{" "}
      <Link href={teamHref(owner.teamId)} className="text-accent hover:underline">
        <bdi>{owner.name}</bdi>
      </Link>
    </span>
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
