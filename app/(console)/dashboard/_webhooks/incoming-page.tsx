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
import { useBotNames } from "@/lib/fleet/bots/queries.names";
import type { IncomingWebhook } from "@/lib/operations/incoming/contract";
import { useIncomingWebhooks } from "@/lib/operations/incoming/queries";
import { OwnerFilter } from "../_shared/owner-select";
import { useReach } from "../_shared/use-reach";
import { actionText, HOOK_OUTCOMES, hookHref } from "./hook-labels";
import type { Reader } from "./labels";
import { WebhookTabs } from "./webhook-tabs";

const HookDialog = lazyPart(() => import("./hook-dialog"));

/** The incoming webhooks that the reader manages. */
export function IncomingPage({ reader }: { reader: Reader }) {
  const reach = useReach(reader);
  const [team, setTeam] = useState<number>();
  const [isCreating, setCreating] = useQueryState("new", parseAsBoolean.withDefault(false));
  const list = useIncomingWebhooks(team);
  const create = () => void setCreating(true);
  return (
    <>
      <PageHeader
        title="Webhooks"
        description="Let other programs use your bots by posting JSON to an address."
        actions={
          <>
            <OwnerFilter teams={reach.managed} value={team} onChange={setTeam} />
            <Button variant="primary" onPointerEnter={HookDialog.preload} onClick={create}>
              <Plus aria-hidden /> Create incoming webhook
            </Button>
          </>
        }
      />
      <WebhookTabs current="incoming" />
      <Card>
        <QueryState
          query={list}
          data={list.data?.pages.flatMap((page) => page.hooks)}
          failure="Incoming webhooks could not be loaded"
          loading={<SkeletonRows rows={4} columns={4} />}
          empty={
            team === undefined ? (
              <NoHooks onCreate={create} />
            ) : (
              <EmptyState
                title="This team has no incoming webhooks"
                filterHint={{ onClear: () => setTeam(undefined) }}
              />
            )
          }
        >
          {(hooks) => <HookTable hooks={hooks} teamOf={reach.nameOf} />}
        </QueryState>
        <LoadMore list={list}>Show more webhooks</LoadMore>
      </Card>
      {isCreating ? (
        <HookDialog teams={reach.managed} isAdmin={reader.role === "admin"} onClose={() => void setCreating(null)} />
      ) : null}
    </>
  );
}

const NoHooks = ({ onCreate }: { onCreate: () => void }) => (
  <EmptyState
    icon={<WebhookIcon />}
    title="No incoming webhooks yet"
    description="An incoming webhook turns a request of GitHub, Grafana or another program into a command or a log line."
    action={<Button onClick={onCreate}>Create incoming webhook</Button>}
    docs={{ href: "/docs/incoming-webhooks", label: "About incoming webhooks" }}
  />
);

type TableProps = { hooks: readonly IncomingWebhook[]; teamOf: (teamId: number) => string | undefined };

function HookTable({ hooks, teamOf }: TableProps) {
  const names = useBotNames(hooks.map(({ action }) => action.bot_id));
  return (
    <Table label="Incoming webhooks">
      <THead>
        <tr>
          <Th>Name</Th>
          <Th className="max-md:hidden">Action</Th>
          <Th>Last request</Th>
        </tr>
      </THead>
      <TBody>
        {hooks.map((hook) => (
          <Tr key={hook.hook_id}>
            <Td className="max-w-64">
              <span className="flex items-center gap-2">
                <Link href={hookHref(hook.hook_id)} className="truncate font-medium hover:text-accent hover:underline">
                  {hook.name}
                </Link>
                {hook.paused ? <Badge>paused</Badge> : null}
                {teamOf(hook.team_id) ? <Badge className="max-w-32 truncate">{teamOf(hook.team_id)}</Badge> : null}
              </span>
            </Td>
            <Td className="max-w-72 text-[13px] text-muted max-md:hidden">
              <span className="block truncate">{actionText(hook)}</span>
              <span className="block truncate text-faint">
                <bdi>{names.get(hook.action.bot_id) ?? hook.action.bot_id}</bdi>
              </span>
            </Td>
            <Td>
              <LastRequest hook={hook} />
            </Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  );
}

function LastRequest({ hook: { last_at, last_outcome } }: { hook: IncomingWebhook }) {
  if (!last_outcome) return <span className="text-faint">None yet</span>;
  const { label, tone } = HOOK_OUTCOMES[last_outcome];
  return (
    <>
      <StatusDot status={label} tone={tone} />
      <TimeAgo at={last_at} className="block text-[13px] text-faint" />
    </>
  );
}
