"use client";
import { Plus, Webhook as WebhookIcon } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { parseAsBoolean, useQueryState } from "@/app/_ui/address-state";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { LoadMore } from "@/app/_ui/load-more";
import { PageHeader } from "@/app/_ui/page-header";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import type { Webhook } from "@/lib/operations/webhooks/contract";
import { useWebhooks } from "@/lib/operations/webhooks/queries";
import { scopeText } from "../_shared/bots-scope";
import { OwnerFilter } from "../_shared/owner-select";
import { useReach } from "../_shared/use-reach";
import { eventLabel, type Reader, STATES, webhookHref } from "./labels";
import { SuccessBar } from "./success-bar";
import { WebhookTabs } from "./webhook-tabs";

const CreateDialog = lazyPart(() => import("./webhook-dialogs").then((part) => part.CreateWebhookDialog));

/** The webhooks that the reader manages. */
export function WebhooksPage({ reader }: { reader: Reader }) {
  const reach = useReach(reader);
  const [team, setTeam] = useState<number>();
  const [isCreating, setCreating] = useQueryState("new", parseAsBoolean.withDefault(false));
  const list = useWebhooks(team);
  const create = () => void setCreating(true);
  return (
    <>
      <PageHeader
        title="Webhooks"
        description="Send events to programs of yours as they happen."
        actions={
          <>
            <OwnerFilter teams={reach.managed} value={team} onChange={setTeam} />
            <Button variant="primary" onPointerEnter={CreateDialog.preload} onClick={create}>
              <Plus aria-hidden /> Create webhook
            </Button>
          </>
        }
      />
      <WebhookTabs current="outgoing" />
      <Card>
        <QueryState
          query={list}
          data={list.data?.pages.flatMap((page) => page.webhooks)}
          failure="Webhooks could not be loaded"
          loading={<SkeletonRows rows={4} columns={4} />}
          empty={
            team === undefined ? <NoWebhooks onCreate={create} /> : <NoneOfTeam onClear={() => setTeam(undefined)} />
          }
        >
          {(webhooks) => <WebhookTable webhooks={webhooks} teamOf={reach.nameOf} />}
        </QueryState>
        <LoadMore list={list}>Show more webhooks</LoadMore>
      </Card>
      {isCreating ? (
        <CreateDialog reader={reader} teams={reach.managed} onClose={() => void setCreating(null)} />
      ) : null}
    </>
  );
}

const NoneOfTeam = ({ onClear }: { onClear: () => void }) => (
  <EmptyState title="This team has no webhooks" filterHint={{ onClear }} />
);

function NoWebhooks({ onCreate }: { onCreate: () => void }) {
  return (
    <EmptyState
      icon={<WebhookIcon />}
      title="No webhooks yet"
      description="A webhook posts events as JSON to an address of yours: a bot went offline, a command failed, an alert was raised."
      action={<Button onClick={onCreate}>Create webhook</Button>}
      docs={{ href: "/docs/webhooks", label: "About webhooks" }}
    />
  );
}

type TableProps = { webhooks: readonly Webhook[]; teamOf: (teamId: number | null) => string | undefined };

function WebhookTable({ webhooks, teamOf }: TableProps) {
  return (
    <Table label="Webhooks">
      <THead>
        <tr>
          <Th>Name</Th>
          <Th className="max-lg:hidden">Events</Th>
          <Th>State</Th>
          <Th className="max-md:hidden">Success in 24 h</Th>
          <Th className="max-sm:hidden">Last delivery</Th>
        </tr>
      </THead>
      <TBody>
        {webhooks.map((webhook) => (
          <WebhookRow key={webhook.webhook_id} webhook={webhook} team={teamOf(webhook.team_id)} />
        ))}
      </TBody>
    </Table>
  );
}

function WebhookRow({ webhook, team }: { webhook: Webhook; team: string | undefined }) {
  const { webhook_id, team_id, name, hint, kinds, hours, last_sent_at } = webhook;
  const scope = scopeText(webhook);
  return (
    <Tr>
      <Td className="max-w-64 py-1.5">
        <span className="flex items-center gap-2">
          <Link href={webhookHref(webhook_id)} className="truncate font-medium hover:text-accent hover:underline">
            {name}
          </Link>
          {team_id === null ? <Badge>whole server</Badge> : null}
          {team ? <Badge className="max-w-32 truncate">{team}</Badge> : null}
        </span>
        <span className="block truncate font-mono text-[13px] text-muted">{hint}</span>
      </Td>
      <Td className="max-w-72 text-[13px] text-muted max-lg:hidden">
        <span className="block truncate">{kinds.map(eventLabel).join(", ")}</span>
        {scope ? <span className="block truncate text-faint">{scope}</span> : null}
      </Td>
      <Td>
        <WebhookState webhook={webhook} />
      </Td>
      <Td className="max-md:hidden">
        <SuccessBar hours={hours} />
      </Td>
      <Td className="text-muted max-sm:hidden">
        <TimeAgo at={last_sent_at} />
      </Td>
    </Tr>
  );
}

/** The state of a webhook, and since when it fails. */
function WebhookState({ webhook: { state, failing_since, disabled_at } }: { webhook: Webhook }) {
  const { label, tone } = STATES[state];
  const since = state === "failing" ? failing_since : state === "disabled" ? disabled_at : null;
  return (
    <>
      <StatusDot status={label} tone={tone} />
      {since ? <TimeAgo at={since} className="block text-[13px] text-faint" /> : null}
    </>
  );
}
