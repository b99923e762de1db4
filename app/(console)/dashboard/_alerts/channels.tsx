"use client";
import { History, Plus, Send, Trash2, Webhook } from "lucide-react";
import { useState } from "react";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { EmptyState } from "@/app/_ui/empty-state";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import { errorToast, toast } from "@/app/_ui/toast";
import type { AlertChannel } from "@/lib/operations/alerts/channels/contract";
import { useChangeChannel, useChannels, useRemoveChannel, useTestChannel } from "@/lib/operations/alerts/queries";
import { OwnerFilter } from "../_shared/owner-select";
import { useReach } from "../_shared/use-reach";
import { ChannelDialog } from "./channel-dialog";
import { KINDS } from "./channel-fields";
import { Deliveries, SENDING } from "./deliveries";
import type { Reader } from "./labels";
import { ShortList } from "./short-list";

/** Lists alert channels: the destinations of alerts other than the inbox. */
export function Channels({ reader }: { reader: Reader }) {
  const reach = useReach(reader);
  const [team, setTeam] = useState<number>();
  const list = useChannels({ team_id: team });
  const remove = useRemoveChannel();
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<AlertChannel | null>(null);
  const [lookedId, setLookedId] = useState<string | null>(null);
  const rows = list.data?.channels;
  const looked = rows?.find((one) => one.channel_id === lookedId);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Channels</CardTitle>
        <OwnerFilter teams={reach.teams} value={team} onChange={setTeam} />
        <Button size="sm" variant="primary" onClick={() => setAdding(true)}>
          <Plus /> Add channel
        </Button>
      </CardHeader>
      <p className="border-line border-b px-4 py-2 text-[13px] text-muted">
        Alerts always go to your inbox, and to the devices and email address you chose on your account page. Channels
        receive them as well.
      </p>
      <QueryState
        query={list}
        data={rows}
        failure="Channels could not be loaded"
        loading={<SkeletonRows rows={3} columns={2} />}
        empty={
          <EmptyState
            icon={<Webhook />}
            title="No channels yet"
            description="Add a channel to send alerts to a webhook, Discord, Slack, Telegram or an email address."
            action={<Button onClick={() => setAdding(true)}>Add channel</Button>}
          />
        }
      >
        {(channels) => (
          <ul aria-label="Channels">
            {channels.map((channel) => (
              <Row
                key={channel.channel_id}
                channel={channel}
                canManage={reach.mayManage(channel)}
                team={reach.nameOf(channel.team_id)}
                onLook={() => setLookedId(channel.channel_id)}
                onRemove={() => setLeaving(channel)}
              />
            ))}
          </ul>
        )}
      </QueryState>
      <ShortList page={list.data} what="channels" />
      {looked ? <Deliveries channel={looked} onClose={() => setLookedId(null)} /> : null}
      {adding ? <ChannelDialog reader={reader} reach={reach} onClose={() => setAdding(false)} /> : null}
      <ConfirmDialog
        open={leaving !== null}
        onOpenChange={(open) => !open && setLeaving(null)}
        title={`Remove channel ${leaving?.name ?? ""}`}
        consequence="This channel receives no more alerts, and waiting messages are discarded. Rules that use it keep working without it."
        verb="Remove channel"
        onConfirm={async () => {
          if (!leaving) return;
          await remove.mutateAsync(leaving.channel_id);
          toast.success(`Channel ${leaving.name} removed`);
        }}
      />
    </Card>
  );
}

type RowProps = {
  channel: AlertChannel;
  canManage: boolean;
  team: string | undefined;
  onLook: () => void;
  onRemove: () => void;
};

function Row({ channel, canManage, team, onLook, onRemove }: RowProps) {
  const change = useChangeChannel();
  const test = useTestChannel();
  const { channel_id, name, enabled, version } = channel;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-line border-b px-4 py-2.5 last:border-b-0">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="truncate font-medium text-sm">{name}</span>
          <Badge>{KINDS[channel.kind]}</Badge>
          {channel.global ? <Badge>whole server</Badge> : null}
          {team ? <Badge>{team}</Badge> : null}
          {enabled ? null : <Badge tone="warn">off</Badge>}
          {channel.confirmed ? null : <Badge tone="warn">not confirmed</Badge>}
          {channel.min_severity === "low" ? null : <Badge>{channel.min_severity} and above</Badge>}
        </p>
        <p className="flex flex-wrap items-center gap-x-2 text-[13px] text-muted">
          <span className="truncate">{channel.hint}</span>
          {channel.last_status ? (
            <StatusDot
              className="text-xs"
              status={SENDING[channel.last_status].word}
              tone={SENDING[channel.last_status].tone}
            />
          ) : null}
          {channel.last_sent_at ? <TimeAgo at={channel.last_sent_at} className="text-faint text-xs" /> : null}
        </p>
        {channel.confirmed ? null : (
          <p className="text-[13px] text-warn">
            Open the link in the email we sent to this address. Choose Test to send it again.
          </p>
        )}
        {channel.last_error ? <p className="break-words text-[13px] text-warn">{channel.last_error}</p> : null}
      </div>
      {canManage ? (
        <div className="flex gap-1.5">
          <Button
            size="sm"
            loading={test.isPending}
            onClick={() =>
              test.mutate(channel_id, {
                onSuccess: ({ success, message }) =>
                  success ? toast.success(message) : toast.error(message, { duration: 8000 }),
                onError: (error) => errorToast(error),
              })
            }
          >
            <Send /> Test
          </Button>
          <Button
            size="sm"
            loading={change.isPending}
            onClick={() =>
              change.mutate(
                { channel_id, enabled: !enabled, version },
                {
                  onSuccess: () => toast.success(`${name} turned ${enabled ? "off" : "on"}`),
                  onError: (error) => errorToast(error),
                },
              )
            }
          >
            Turn {enabled ? "off" : "on"}
          </Button>
          <Button size="sm" icon aria-label={`Messages to ${name}`} onClick={onLook}>
            <History />
          </Button>
          <Button size="sm" icon aria-label={`Remove ${name}`} onClick={onRemove}>
            <Trash2 />
          </Button>
        </div>
      ) : null}
    </li>
  );
}
