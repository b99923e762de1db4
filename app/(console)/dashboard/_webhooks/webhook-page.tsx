"use client";
import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { PageHeader } from "@/app/_ui/page-header";
import { QueryState } from "@/app/_ui/query-state";
import { TimeAgo } from "@/app/_ui/time";
import { countText } from "@/lib/core/format/units";
import { useBotNames } from "@/lib/fleet/bots/queries.names";
import type { Webhook } from "@/lib/operations/webhooks/contract";
import { useWebhook, type WebhookReply } from "@/lib/operations/webhooks/queries";
import { BotLink } from "../_shared/bot-link";
import { Fact } from "../_shared/side-panel";
import { useReach } from "../_shared/use-reach";
import { DeliveryLog } from "./delivery-log";
import { eventLabel, type Reader, STATES } from "./labels";
import { SuccessBar } from "./success-bar";
import { WebhookActions } from "./webhook-actions";

type Props = { reader: Reader; initial: WebhookReply };

/** One webhook: how it works, what one can do about it, and the log of its deliveries. */
export function WebhookPage({ reader, initial }: Props) {
  const query = useWebhook(initial.webhook.webhook_id, initial);
  const reach = useReach(reader);
  return (
    <>
      <Link
        href="/dashboard/webhooks"
        className="mb-2 inline-flex items-center gap-1 text-[13px] text-muted hover:text-text"
      >
        <ArrowLeft className="size-3.5" aria-hidden /> Webhooks
      </Link>
      <QueryState query={query} data={query.data?.webhook} failure="The webhook could not be loaded">
        {(webhook) => (
          <>
            <PageHeader
              title={
                <>
                  <bdi>{webhook.name}</bdi> {webhook.team_id === null ? <Badge>whole server</Badge> : null}
                </>
              }
              description={<span className="break-all font-mono text-[13px]">{webhook.hint}</span>}
              actions={<WebhookActions webhook={webhook} />}
            />
            <Trouble webhook={webhook} />
            <Card className="mb-4">
              <CardHeader>
                <CardTitle>Overview</CardTitle>
                <StatusDot status={STATES[webhook.state].label} tone={STATES[webhook.state].tone} />
              </CardHeader>
              <Facts webhook={webhook} team={reach.nameOf(webhook.team_id)} />
            </Card>
            <DeliveryLog webhook={webhook} />
          </>
        )}
      </QueryState>
    </>
  );
}

function Facts({ webhook, team }: { webhook: Webhook; team: string | undefined }) {
  const { kinds, tag, hours, last_sent_at, created_at, old_secret_until } = webhook;
  return (
    <dl className="grid gap-x-8 px-4 py-2 md:grid-cols-2">
      <Fact label="Events">{kinds.map(eventLabel).join(", ")}</Fact>
      <Fact label="Bots">
        <Bots bots={webhook.bots} tag={tag} />
      </Fact>
      {team ? (
        <Fact label="Team">
          <bdi>{team}</bdi>
        </Fact>
      ) : null}
      <Fact label="Success in 24 h">
        <SuccessBar hours={hours} />
      </Fact>
      <Fact label="Last delivery">
        <TimeAgo at={last_sent_at} />
      </Fact>
      <Fact label="Created">
        <TimeAgo at={created_at} />
      </Fact>
      {old_secret_until ? (
        <Fact label="Old secret">
          signs too until <TimeAgo at={old_secret_until} />
        </Fact>
      ) : null}
    </dl>
  );
}

const NO_BOTS: string[] = [];

function Bots({ bots, tag }: Pick<Webhook, "bots" | "tag">) {
  const names = useBotNames(bots ?? NO_BOTS);
  if (!bots) return tag === null ? "All bots" : <>Bots with the tag {tag}</>;
  return (
    <>
      {bots.map((id, at) => (
        <span key={id}>
          {at > 0 ? ", " : null}
          <BotLink id={id} name={names.get(id) ?? id} />
        </span>
      ))}
      {tag === null ? null : <> if they have the tag {tag}</>}
    </>
  );
}

/** Says what is wrong with a webhook, and what happens next. */
function Trouble({ webhook }: { webhook: Webhook }) {
  const { state, last_error, failing_since, next_try_at, disabled_at, skipped, skipped_since } = webhook;
  return (
    <>
      {state === "disabled" ? (
        <Note>
          Disabled <TimeAgo at={disabled_at} /> because its receiver failed. {last_error}.{" "}
          {next_try_at ? (
            <>
              The next probe is <TimeAgo at={next_try_at} />; the webhook is enabled when the receiver answers.
            </>
          ) : (
            "It is no longer probed. Fix the receiver, then enable the webhook."
          )}
        </Note>
      ) : null}
      {state === "failing" ? (
        <Note>
          Failing since <TimeAgo at={failing_since} />. {last_error}.{" "}
          {next_try_at ? (
            <>
              Next attempt <TimeAgo at={next_try_at} />.
            </>
          ) : null}
        </Note>
      ) : null}
      {skipped > 0 && skipped_since ? (
        <Note>
          The queue was full, so {countText(skipped, "event was", "events were")} not queued, the first{" "}
          <TimeAgo at={skipped_since} />. Replay from that time to deliver them.
        </Note>
      ) : null}
    </>
  );
}

const Note = ({ children }: { children: ReactNode }) => (
  <p role="status" className="mb-4 break-words rounded-md bg-warn-soft px-4 py-2 text-[13px] text-warn">
    {children}
  </p>
);
