"use client";
import { RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { StatusDot } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { CodeBlock } from "@/app/_ui/code-block";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import { errorToast, toast } from "@/app/_ui/toast";
import type { Webhook } from "@/lib/operations/webhooks/contract";
import { useRedeliver, useWebhookDelivery } from "@/lib/operations/webhooks/queries";
import { Fact, SidePanel } from "../_shared/side-panel";
import { CAUSES, eventLabel, OUTCOMES } from "./labels";

type Props = { webhook: Webhook; id: string; onClose: () => void };

/** One delivery: the request, the answer, and a button that sends it again. */
export function DeliveryPanel({ webhook, id, onClose }: Props) {
  const one = useWebhookDelivery(webhook.webhook_id, id);
  return (
    <SidePanel open onClose={onClose} title={one.data ? eventLabel(one.data.delivery.kind) : "Delivery"}>
      <QueryState
        query={one}
        data={one.data}
        failure="The delivery could not be loaded"
        loading={<SkeletonRows rows={6} columns={2} />}
      >
        {(data) => <Details webhook={webhook} data={data} />}
      </QueryState>
    </SidePanel>
  );
}

type DetailsProps = Pick<Props, "webhook"> & { data: NonNullable<ReturnType<typeof useWebhookDelivery>["data"]> };

function Details({ webhook, data: { delivery, headers, body, reply } }: DetailsProps) {
  const { status, attempts, http_status, took_ms, error } = delivery;
  return (
    <>
      {body === null ? null : <RedeliverButton webhook={webhook} id={delivery.delivery_id} />}
      <dl>
        <Fact label="Outcome">
          <StatusDot status={OUTCOMES[status].label} tone={OUTCOMES[status].tone} />
        </Fact>
        <Fact label="Cause">{CAUSES[delivery.cause]}</Fact>
        <Fact label="Created">
          <TimeAgo at={delivery.created_at} />
        </Fact>
        <Fact label="Attempts">{attempts}</Fact>
        {delivery.tried_at ? (
          <Fact label="Last attempt">
            <TimeAgo at={delivery.tried_at} />
            {took_ms === null ? null : `, took ${took_ms} ms`}
          </Fact>
        ) : null}
        {status === "queued" && webhook.next_try_at ? (
          <Fact label="Next attempt">
            <TimeAgo at={webhook.next_try_at} />
          </Fact>
        ) : null}
        {error ? <Fact label="Error">{error}</Fact> : null}
      </dl>
      <Section title="Request">
        {Object.keys(headers).length > 0 ? (
          <CodeBlock
            wrap
            code={Object.entries(headers)
              .map(([name, value]) => `${name}: ${value}`)
              .join("\n")}
          />
        ) : null}
        {body === null ? (
          <p className="text-muted text-sm">The body is no longer stored.</p>
        ) : (
          <CodeBlock wrap code={body} />
        )}
      </Section>
      {http_status === null && !reply ? null : (
        <Section title={http_status === null ? "Answer" : `Answer: ${http_status}`}>
          {reply ? <CodeBlock wrap code={reply} /> : <p className="text-muted text-sm">The answer had no body.</p>}
        </Section>
      )}
    </>
  );
}

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="space-y-2">
    <h3 className="font-semibold text-sm">{title}</h3>
    {children}
  </section>
);

function RedeliverButton({ webhook: { webhook_id, state }, id }: { webhook: Webhook; id: string }) {
  const redeliver = useRedeliver(webhook_id);
  return (
    <Button
      size="sm"
      loading={redeliver.isPending}
      disabled={state === "disabled"}
      onClick={() =>
        redeliver.mutate(id, {
          onSuccess: () => toast.success("Queued the event again"),
          onError: (error) => errorToast(error),
        })
      }
    >
      <RotateCw aria-hidden /> Deliver again
    </Button>
  );
}
