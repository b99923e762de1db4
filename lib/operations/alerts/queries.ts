"use client";
/** TanStack Query hooks of alerts, rules and channels. All live under one key (queries.live.ts). */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { changeAlerts, getAlert, listAlerts } from "@/generated/calls/operations/alerts";
import {
  createAlertChannel,
  deleteAlertChannel,
  listAlertChannels,
  listAlertDeliveries,
  retryAlertDelivery,
  testAlertChannel,
  updateAlertChannel,
} from "@/generated/calls/operations/alerts/channels";
import {
  createAlertRule,
  deleteAlertRule,
  dryRunAlertRule,
  listAlertRules,
  updateAlertRule,
} from "@/generated/calls/operations/alerts/rules";
import { type BodyOf, type QueryOf, request } from "@/lib/client/api";
import { BULK_MAX } from "./contract.constants";
import { ALERTS } from "./queries.live";
import type { RuleInput } from "./rules/contract";

export { sentenceOf } from "./rules/sentences";

const KEY = ALERTS;
const RULES = ["alerts", "rules"] as const;
const CHANNELS = ["alerts", "channels"] as const;

export type AlertFilter = Partial<Omit<QueryOf<typeof listAlerts>, "limit" | "cursor" | "level">>;

/** Alerts, most severe first, page by page (keyset). */
export const useAlerts = (filter: AlertFilter) =>
  useInfiniteQuery({
    queryKey: [...KEY, "list", filter],
    queryFn: ({ pageParam, signal }) =>
      request(listAlerts, {
        query: { ...filter, sort: "severity", limit: 50, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** The newest alerts in any state, of the reader or of one bot, for marks on charts. */
export const useNewestAlerts = (bot_id: string | undefined, enabled: boolean) =>
  useQuery({
    queryKey: [...KEY, "newest", bot_id],
    queryFn: ({ signal }) => request(listAlerts, { query: { bot_id, limit: 100 }, signal }),
    enabled,
    retry: false,
  });

export const useAlert = (alert_id: string) =>
  useQuery({
    queryKey: [...KEY, "one", alert_id],
    queryFn: ({ signal }) => request(getAlert, { params: { alert_id }, signal }),
  });

type Change = BodyOf<typeof changeAlerts> & { isLeaving?: boolean };

/** Changes any number of alerts. All calls start at once, because a page that is being closed starts no later ones. */
export async function changeAll({ ids, isLeaving, ...change }: Change): Promise<{ changed: number }> {
  const calls = Array.from({ length: Math.ceil(ids.length / BULK_MAX) }, (_, call) => {
    const body = { ...change, ids: ids.slice(call * BULK_MAX, (call + 1) * BULK_MAX) };
    return request(changeAlerts, { body, keepalive: isLeaving });
  });
  return { changed: (await Promise.all(calls)).reduce((sum, { changed }) => sum + changed, 0) };
}

/** Acknowledges, snoozes or resolves one or more alerts. */
export function useActOnAlerts() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: changeAll,
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

type Listing = { enabled?: boolean; team_id?: number };
const listingOf = (team_id: number | undefined) => (team_id === undefined ? undefined : { team_id: String(team_id) });

/** The newest rules that the reader may see, or those of one team. */
export const useRules = ({ enabled = true, team_id }: Listing = {}) =>
  useQuery({
    enabled,
    queryKey: [...RULES, "list", team_id],
    queryFn: ({ signal }) => request(listAlertRules, { query: listingOf(team_id), signal }),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: "always",
  });

/** Creates a rule, or replaces the rule `rule_id`. */
export function useSaveRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ rule_id, body, version }: { rule_id?: string; body: RuleInput; version?: number }) =>
      rule_id ? request(updateAlertRule, { params: { rule_id }, body, version }) : request(createAlertRule, { body }),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** Creates several rules. They are sent at once and lists are read again after the last, so that nobody sees a part of them. */
export function useCreateRules() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (bodies: readonly RuleInput[]) => Promise.all(bodies.map((body) => request(createAlertRule, { body }))),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export function useRemoveRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (rule_id: string) => request(deleteAlertRule, { params: { rule_id } }),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** Computes when a rule would have fired. It runs only when a person requests it. */
export const useDryRun = () =>
  useMutation({
    mutationFn: (body: RuleInput) => request(dryRunAlertRule, { body }),
  });

/** The newest channels that the reader may see, or those of one team. */
export const useChannels = ({ enabled = true, team_id }: Listing = {}) =>
  useQuery({
    enabled,
    queryKey: [...CHANNELS, "list", team_id],
    queryFn: ({ signal }) => request(listAlertChannels, { query: listingOf(team_id), signal }),
  });

export function useAddChannel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BodyOf<typeof createAlertChannel>) => request(createAlertChannel, { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: CHANNELS }),
  });
}

export function useChangeChannel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ channel_id, ...body }: { channel_id: string } & BodyOf<typeof updateAlertChannel>) =>
      request(updateAlertChannel, { params: { channel_id }, body }),
    onSettled: () => client.invalidateQueries({ queryKey: CHANNELS }),
  });
}

export function useRemoveChannel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (channel_id: string) => request(deleteAlertChannel, { params: { channel_id } }),
    onSettled: () => client.invalidateQueries({ queryKey: CHANNELS }),
  });
}

/** Sends a test message and returns its outcome. */
export function useTestChannel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (channel_id: string) => request(testAlertChannel, { params: { channel_id } }),
    onSettled: () => client.invalidateQueries({ queryKey: CHANNELS }),
  });
}

/** Sends a failed message again. */
export function useRetryDelivery(channel_id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (delivery_id: string) =>
      request(retryAlertDelivery, {
        params: { channel_id, delivery_id },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: CHANNELS }),
  });
}

/** The messages sent to a channel. The list is fetched repeatedly while a message is being sent. */
export const useDeliveries = (channel_id: string) =>
  useQuery({
    queryKey: [...CHANNELS, channel_id],
    queryFn: ({ signal }) =>
      request(listAlertDeliveries, {
        params: { channel_id },
        signal,
      }),
    refetchInterval: ({ state }) => (state.data?.deliveries.some((one) => one.status === "queued") ? 2_000 : 15_000),
  });
