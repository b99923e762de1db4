"use client";
import { parseAsString, parseAsStringLiteral, useQueryState, useQueryStates } from "@/app/_ui/address-state";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Select } from "@/app/_ui/input";
import { lazyPart } from "@/app/_ui/lazy-part";
import { LoadMore } from "@/app/_ui/load-more";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import type { Webhook, WebhookDelivery } from "@/lib/operations/webhooks/contract";
import { type DeliveryFilter, useWebhookDeliveries } from "@/lib/operations/webhooks/queries";
import { CAUSES, EVENT_GROUPS, eventLabel, OUTCOMES } from "./labels";

const DeliveryPanel = lazyPart(() => import("./delivery-panel").then((part) => part.DeliveryPanel));

const STATUSES = ["queued", "sent", "dead"] as const;
const KINDS = [...EVENT_GROUPS.flatMap(({ events }) => events.map(({ kind }) => kind)), "webhook.test"] as const;
const SPANS = ["1h", "24h"] as const;
const MS = { "1h": 3_600_000, "24h": 86_400_000 };
/** The beginning of a span moves on in steps, so that the list is not read anew with every render. */
const STEP_MS = 60_000;

const FILTERS = {
  status: parseAsStringLiteral(STATUSES),
  kind: parseAsStringLiteral(KINDS),
  span: parseAsStringLiteral(SPANS),
};

/** The deliveries of a webhook, filtered by outcome, event and time. The filters are in the address. */
export function DeliveryLog({ webhook }: { webhook: Webhook }) {
  const [filter, setFilter] = useQueryStates(FILTERS);
  const [openId, setOpenId] = useQueryState("delivery", parseAsString);
  const list = useWebhookDeliveries(webhook.webhook_id, queryOf(filter));
  const isFiltered = Object.values(filter).some((value) => value !== null);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Deliveries</CardTitle>
        <Filters filter={filter} onChange={(next) => void setFilter(next)} />
      </CardHeader>
      <QueryState
        query={list}
        data={list.data?.pages.flatMap((page) => page.deliveries)}
        failure="Deliveries could not be loaded"
        loading={<SkeletonRows rows={6} columns={4} />}
        empty={
          isFiltered ? (
            <EmptyState
              title="No deliveries match these filters"
              filterHint={{ onClear: () => void setFilter({ status: null, kind: null, span: null }) }}
            />
          ) : (
            <EmptyState
              title="No deliveries yet"
              description="Events that this webhook receives appear here for 7 days. Send a test to try the receiver."
            />
          )
        }
      >
        {(deliveries) => <DeliveryTable deliveries={deliveries} onOpen={(id) => void setOpenId(id)} />}
      </QueryState>
      <LoadMore list={list}>Show more deliveries</LoadMore>
      {openId ? (
        <DeliveryPanel key={openId} webhook={webhook} id={openId} onClose={() => void setOpenId(null)} />
      ) : null}
    </Card>
  );
}

type Filter = {
  status: (typeof STATUSES)[number] | null;
  kind: (typeof KINDS)[number] | null;
  span: (typeof SPANS)[number] | null;
};

function queryOf({ status, kind, span }: Filter): DeliveryFilter {
  const from = span && new Date(Math.floor((Date.now() - MS[span]) / STEP_MS) * STEP_MS).toISOString();
  return { ...(status && { status }), ...(kind && { kind }), ...(from && { from }) };
}

function Filters({ filter, onChange }: { filter: Filter; onChange: (next: Partial<Filter>) => void }) {
  return (
    <div className="flex flex-wrap gap-2">
      <Select
        aria-label="Outcome"
        className="w-36"
        value={filter.status ?? ""}
        onChange={(event) => onChange({ status: (event.target.value || null) as Filter["status"] })}
      >
        <option value="">Any outcome</option>
        {STATUSES.map((status) => (
          <option key={status} value={status}>
            {OUTCOMES[status].label}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Event"
        className="w-40"
        value={filter.kind ?? ""}
        onChange={(event) => onChange({ kind: (event.target.value || null) as Filter["kind"] })}
      >
        <option value="">Any event</option>
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {eventLabel(kind)}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Time"
        className="w-32"
        value={filter.span ?? ""}
        onChange={(event) => onChange({ span: (event.target.value || null) as Filter["span"] })}
      >
        <option value="">7 days</option>
        <option value="24h">24 hours</option>
        <option value="1h">1 hour</option>
      </Select>
    </div>
  );
}

type TableProps = { deliveries: readonly WebhookDelivery[]; onOpen: (id: string) => void };

function DeliveryTable({ deliveries, onOpen }: TableProps) {
  return (
    <Table label="Deliveries">
      <THead>
        <tr>
          <Th>Event</Th>
          <Th>Outcome</Th>
          <Th className="max-sm:hidden">Answer</Th>
          <Th>Time</Th>
        </tr>
      </THead>
      <TBody>
        {deliveries.map(({ delivery_id, kind, cause, status, attempts, http_status, error, created_at }) => (
          <Tr key={delivery_id}>
            <Td>
              <button
                type="button"
                className="font-medium hover:text-accent hover:underline"
                onPointerEnter={DeliveryPanel.preload}
                onClick={() => onOpen(delivery_id)}
              >
                {eventLabel(kind)}
              </button>
              {cause === "replay" ? <Badge className="ml-2">{CAUSES[cause].toLowerCase()}</Badge> : null}
            </Td>
            <Td>
              <StatusDot status={OUTCOMES[status].label} tone={OUTCOMES[status].tone} />
              {attempts > 1 ? <span className="ml-2 text-[13px] text-faint">{attempts} attempts</span> : null}
            </Td>
            <Td className="max-w-80 text-[13px] text-muted max-sm:hidden">
              <span className="block truncate">{error ?? http_status ?? ""}</span>
            </Td>
            <Td className="text-muted">
              <TimeAgo at={created_at} />
            </Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  );
}
