"use client";
/** TanStack Query hooks of webhooks and their deliveries, built from the contracts. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  getWebhookDelivery,
  listWebhookDeliveries,
  listWebhooks,
  redeliverWebhook,
  replayWebhook,
  rotateWebhookSecret,
  testWebhook,
  updateWebhook,
} from "@/generated/calls/operations/webhooks";
import { type BodyOf, type QueryOf, type ResponseOf, request } from "@/lib/client/api";
import { readUntilDeleted, useDeletion } from "@/lib/client/deletion";
import { useRefreshingMutation } from "@/lib/client/mutation";

const KEYS = {
  all: ["webhooks"] as const,
  list: (teamId: number | undefined) => ["webhooks", "list", teamId] as const,
  one: (id: string) => ["webhooks", "one", id] as const,
  deliveries: (id: string, filter: DeliveryFilter) => ["webhooks", "deliveries", id, filter] as const,
  delivery: (id: string, deliveryId: string) => ["webhooks", "delivery", id, deliveryId] as const,
};
/** No event announces deliveries, so pages read them again: often while something waits to be sent. */
const BUSY_MS = 2_000;
const QUIET_MS = 10_000;
const PAGE = 50;

export type WebhookReply = ResponseOf<typeof getWebhook>;
export type DeliveryFilter = Partial<Pick<QueryOf<typeof listWebhookDeliveries>, "status" | "kind" | "from" | "to">>;

/** The webhooks that the reader manages, newest first, page by page; of one team or of all of them. */
export const useWebhooks = (teamId: number | undefined) =>
  useInfiniteQuery({
    queryKey: KEYS.list(teamId),
    queryFn: ({ pageParam, signal }) => {
      const team = teamId === undefined ? {} : { team_id: String(teamId) };
      return request(listWebhooks, { query: { limit: 100, cursor: pageParam, ...team }, signal });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: QUIET_MS,
  });

export const useWebhook = (webhook_id: string, initial: WebhookReply) =>
  useQuery({
    queryKey: KEYS.one(webhook_id),
    queryFn: (context) =>
      readUntilDeleted(webhook_id, context, () =>
        request(getWebhook, { params: { webhook_id }, signal: context.signal }),
      ),
    initialData: initial,
    refetchInterval: ({ state }) => (state.data?.webhook.state === "failing" ? BUSY_MS : QUIET_MS),
  });

/** The log of a webhook, newest first, page by page. */
export const useWebhookDeliveries = (webhook_id: string, filter: DeliveryFilter) =>
  useInfiniteQuery({
    queryKey: KEYS.deliveries(webhook_id, filter),
    queryFn: (context) =>
      readUntilDeleted(webhook_id, context, () =>
        request(listWebhookDeliveries, {
          params: { webhook_id },
          query: { ...filter, limit: PAGE, cursor: context.pageParam },
          signal: context.signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => {
      const isWaiting = state.data?.pages[0]?.deliveries.some(({ status }) => status === "queued");
      return isWaiting ? BUSY_MS : QUIET_MS / 2;
    },
  });

export const useWebhookDelivery = (webhook_id: string, delivery_id: string) =>
  useQuery({
    queryKey: KEYS.delivery(webhook_id, delivery_id),
    queryFn: ({ signal }) => request(getWebhookDelivery, { params: { webhook_id, delivery_id }, signal }),
    refetchInterval: ({ state }) => (state.data?.delivery.status === "queued" ? BUSY_MS : false),
  });

export const useCreateWebhook = () =>
  useRefreshingMutation((body: BodyOf<typeof createWebhook>) => request(createWebhook, { body }), KEYS.all);

type Change = { body: BodyOf<typeof updateWebhook>; version?: number };

/** Changes, pauses or resumes a webhook. */
export const useUpdateWebhook = (webhook_id: string) =>
  useRefreshingMutation(
    ({ body, version }: Change) => request(updateWebhook, { params: { webhook_id }, body, version }),
    KEYS.all,
  );

export const useDeleteWebhook = (webhook_id: string) =>
  useDeletion(webhook_id, () => request(deleteWebhook, { params: { webhook_id } }), KEYS.all);

export const useTestWebhook = (webhook_id: string) =>
  useRefreshingMutation(() => request(testWebhook, { params: { webhook_id } }), KEYS.all);

export const useRotateSecret = (webhook_id: string) =>
  useRefreshingMutation(
    (overlap_hours: number) => request(rotateWebhookSecret, { params: { webhook_id }, body: { overlap_hours } }),
    KEYS.all,
  );

export const useReplay = (webhook_id: string) =>
  useRefreshingMutation((from: string) => request(replayWebhook, { params: { webhook_id }, body: { from } }), KEYS.all);

/** Queues the fact of one delivery once more. */
export const useRedeliver = (webhook_id: string) =>
  useRefreshingMutation(
    (delivery_id: string) => request(redeliverWebhook, { params: { webhook_id, delivery_id } }),
    KEYS.all,
  );
