"use client";
/** TanStack Query hooks of alerts, rules and channels. All live under one key (queries.live.ts). */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { request } from "@/lib/client/api";
import type {
  createChannel,
  deleteChannel,
  listChannels,
  listDeliveries,
  retryDelivery,
  testChannel,
  updateChannel,
} from "./channels/contract";
import type { bulkAlerts, getAlert, listAlerts } from "./contract";
import { ALERTS } from "./queries.live";
import type { createRule, deleteRule, dryRunRule, listRules, RuleInput, updateRule } from "./rules/contract";

const KEY = ALERTS;
const RULES = ["alerts", "rules"] as const;
const CHANNELS = ["alerts", "channels"] as const;

export type AlertFilter = Partial<Omit<z.input<typeof listAlerts.query>, "limit" | "cursor" | "level">>;

/** Most severe first, page by page (keyset). */
export const useAlerts = (filter: AlertFilter) =>
  useInfiniteQuery({
    queryKey: [...KEY, "list", filter],
    queryFn: ({ pageParam, signal }) =>
      request<typeof listAlerts>("GET /api/alerts", {
        query: { ...filter, sort: "severity", limit: 50, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const useAlert = (alert_id: string) =>
  useQuery({
    queryKey: [...KEY, "one", alert_id],
    queryFn: ({ signal }) => request<typeof getAlert>("GET /api/alerts/{alert_id}", { params: { alert_id }, signal }),
  });

/** Acknowledges, snoozes or resolves one or many. */
export function useActOnAlerts() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ isLeaving, ...body }: z.input<typeof bulkAlerts.body> & { isLeaving?: boolean }) =>
      request<typeof bulkAlerts>("POST /api/alerts/bulk", { body, keepalive: isLeaving }),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export const useRules = () =>
  useQuery({
    queryKey: RULES,
    queryFn: ({ signal }) => request<typeof listRules>("GET /api/alert-rules", { signal }),
    refetchOnWindowFocus: "always",
  });

/** Makes a rule, or replaces the one of `rule_id`. */
export function useSaveRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ rule_id, body, version }: { rule_id?: string; body: RuleInput; version?: number }) =>
      rule_id
        ? request<typeof updateRule>("PUT /api/alert-rules/{rule_id}", { params: { rule_id }, body, version })
        : request<typeof createRule>("POST /api/alert-rules", { body }),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export function useRemoveRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (rule_id: string) =>
      request<typeof deleteRule>("DELETE /api/alert-rules/{rule_id}", { params: { rule_id } }),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** When the rule would have fired. Asked for when somebody asks. */
export const useDryRun = () =>
  useMutation({
    mutationFn: (body: RuleInput) => request<typeof dryRunRule>("POST /api/alert-rules/dry-run", { body }),
  });

export const useChannels = () =>
  useQuery({
    queryKey: CHANNELS,
    queryFn: ({ signal }) => request<typeof listChannels>("GET /api/alert-channels", { signal }),
  });

export function useAddChannel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: z.input<typeof createChannel.body>) =>
      request<typeof createChannel>("POST /api/alert-channels", { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: CHANNELS }),
  });
}

export function useChangeChannel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ channel_id, ...body }: { channel_id: string } & z.input<typeof updateChannel.body>) =>
      request<typeof updateChannel>("PATCH /api/alert-channels/{channel_id}", { params: { channel_id }, body }),
    onSettled: () => client.invalidateQueries({ queryKey: CHANNELS }),
  });
}

export function useRemoveChannel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (channel_id: string) =>
      request<typeof deleteChannel>("DELETE /api/alert-channels/{channel_id}", { params: { channel_id } }),
    onSettled: () => client.invalidateQueries({ queryKey: CHANNELS }),
  });
}

/** Sends a test message; the answer is what came of it. */
export function useTestChannel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (channel_id: string) =>
      request<typeof testChannel>("POST /api/alert-channels/{channel_id}/test", { params: { channel_id } }),
    onSettled: () => client.invalidateQueries({ queryKey: CHANNELS }),
  });
}

/** Sends a message that failed once more. */
export function useRetryDelivery(channel_id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (delivery_id: string) =>
      request<typeof retryDelivery>("POST /api/alert-channels/{channel_id}/deliveries/{delivery_id}/retry", {
        params: { channel_id, delivery_id },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: CHANNELS }),
  });
}

/** Asked anew while something is on its way. */
export const useDeliveries = (channel_id: string) =>
  useQuery({
    queryKey: [...CHANNELS, channel_id],
    queryFn: ({ signal }) =>
      request<typeof listDeliveries>("GET /api/alert-channels/{channel_id}/deliveries", {
        params: { channel_id },
        signal,
      }),
    refetchInterval: ({ state }) => (state.data?.deliveries.some((one) => one.status === "queued") ? 2_000 : 15_000),
  });
