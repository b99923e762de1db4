"use client";
import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { PageHeader } from "@/app/_ui/page-header";
import { QueryState } from "@/app/_ui/query-state";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { useBotNames } from "@/lib/fleet/bots/queries.names";
import type { IncomingDelivery, IncomingWebhook } from "@/lib/operations/incoming/contract";
import { DELIVERIES_SHOWN } from "@/lib/operations/incoming/contract.constants";
import { type HookReply, useIncomingWebhook } from "@/lib/operations/incoming/queries";
import { BotLink } from "../_shared/bot-link";
import { Fact } from "../_shared/side-panel";
import { useReach } from "../_shared/use-reach";
import { HookActions } from "./hook-actions";
import { actionText, HOOK_OUTCOMES, SIGNATURE_LABELS } from "./hook-labels";
import type { Reader } from "./labels";

type Props = { reader: Reader; initial: HookReply };

/** One incoming webhook: what it does, its newest requests, and what one can do about it. */
export function HookPage({ reader, initial }: Props) {
  const query = useIncomingWebhook(initial.hook.hook_id, initial);
  const reach = useReach(reader);
  return (
    <>
      <Link
        href="/dashboard/webhooks/incoming"
        className="mb-2 inline-flex items-center gap-1 text-[13px] text-muted hover:text-text"
      >
        <ArrowLeft className="size-3.5" aria-hidden /> Incoming webhooks
      </Link>
      <QueryState query={query} data={query.data} failure="The incoming webhook could not be loaded">
        {({ hook, deliveries }) => (
          <>
            <PageHeader
              title={
                <>
                  <bdi>{hook.name}</bdi> {hook.paused ? <Badge>paused</Badge> : null}
                </>
              }
              actions={<HookActions hook={hook} teams={reach.managed} isAdmin={reader.role === "admin"} />}
            />
            {hook.last_error ? (
              <p role="status" className="mb-4 break-words rounded-md bg-warn-soft px-4 py-2 text-[13px] text-warn">
                {hook.last_outcome === null ? "" : "The last request failed. "}
                {hook.last_error}.
              </p>
            ) : null}
            <Card className="mb-4">
              <CardHeader>
                <CardTitle>Overview</CardTitle>
              </CardHeader>
              <Facts hook={hook} team={reach.nameOf(hook.team_id)} />
            </Card>
            <Card>
              <CardHeader>
                <CardTitle>Requests</CardTitle>
              </CardHeader>
              {deliveries.length > 0 ? (
                <DeliveryTable deliveries={deliveries} />
              ) : (
                <EmptyState
                  title="No requests yet"
                  description={`The newest ${DELIVERIES_SHOWN} requests appear here. Their contents are not stored.`}
                />
              )}
            </Card>
          </>
        )}
      </QueryState>
    </>
  );
}

function Facts({ hook, team }: { hook: IncomingWebhook; team: string | undefined }) {
  const { bot_id } = hook.action;
  const names = useBotNames([bot_id]);
  return (
    <dl className="grid gap-x-8 px-4 py-2 md:grid-cols-2">
      <Fact label="Action">{actionText(hook)}</Fact>
      <Fact label="Bot">
        <BotLink id={bot_id} name={names.get(bot_id) ?? bot_id} />
      </Fact>
      <Fact label="Signature">{SIGNATURE_LABELS[hook.signature]}</Fact>
      {hook.source_hint ? <Fact label="Queue">{hook.source_hint}</Fact> : null}
      {hook.only_when ? (
        <Fact label="Only when">
          {hook.only_when.field} equals {hook.only_when.equals || "nothing"}
        </Fact>
      ) : null}
      {team ? (
        <Fact label="Team">
          <bdi>{team}</bdi>
        </Fact>
      ) : null}
      <Fact label="Acts as">
        <bdi>{hook.acts_as_name ?? "a deleted account"}</bdi>
      </Fact>
      <Fact label="Created">
        <TimeAgo at={hook.created_at} />
      </Fact>
    </dl>
  );
}

function DeliveryTable({ deliveries }: { deliveries: readonly IncomingDelivery[] }) {
  return (
    <Table label="Requests">
      <THead>
        <tr>
          <Th>Outcome</Th>
          <Th>Result</Th>
          <Th>Time</Th>
        </tr>
      </THead>
      <TBody>
        {deliveries.map(({ delivery_id, outcome, reason, command_id, at }) => (
          <Tr key={delivery_id}>
            <Td>
              <StatusDot status={HOOK_OUTCOMES[outcome].label} tone={HOOK_OUTCOMES[outcome].tone} />
            </Td>
            <Td className="max-w-80 text-[13px] text-muted">
              {command_id ? (
                <Link
                  href={`/dashboard/commands?command=${encodeURIComponent(command_id)}`}
                  className="hover:text-accent hover:underline"
                >
                  Show command
                </Link>
              ) : (
                <span className="block truncate" title={reason ?? undefined}>
                  {reason ?? (outcome === "done" ? "Log line written" : "")}
                </span>
              )}
            </Td>
            <Td className="text-muted">
              <TimeAgo at={at} />
            </Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  );
}
