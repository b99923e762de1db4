"use client";
/** Hooks that make, change and delete bots, and those of their settings and tokens. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  createBot,
  deleteBot,
  getBotSettings,
  getBotToken,
  putBotSettings,
  regenerateBotToken,
  transferBot,
  updateBot,
} from "@/generated/calls/fleet/bots";
import { type BodyOf, request } from "@/lib/client/api";
import { useRefreshingMutation } from "@/lib/client/mutation";
import { forgetBot } from "./queries";
import { botKeys } from "./queries.keys";

/** A bot's settings object and its version. */
export function useBotSettings(botId: string) {
  return useQuery({
    queryKey: botKeys.settings(botId),
    queryFn: ({ signal }) => request(getBotSettings, { params: { bot_id: botId }, signal }),
    refetchOnWindowFocus: "always",
  });
}

/** Reads a bot's token when a person asks to see it. The token is never kept in the query cache. */
export function useRevealBotToken(botId: string) {
  return useMutation({
    mutationFn: () => request(getBotToken, { params: { bot_id: botId } }),
    gcTime: 0,
  });
}

/** Replaces a bot's token; the old one stops working at once. */
export function useRegenerateBotToken(botId: string) {
  return useMutation({
    mutationFn: () => request(regenerateBotToken, { params: { bot_id: botId } }),
    gcTime: 0,
  });
}

export function useCreateBot() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BodyOf<typeof createBot>) => request(createBot, { body }),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: botKeys.lists }),
  });
}

/** Renames a bot or replaces its metadata. */
export function useUpdateBot(botId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, version }: { body: BodyOf<typeof updateBot>; version: number }) =>
      request(updateBot, { params: { bot_id: botId }, body, version }),
    onSuccess: () => client.invalidateQueries({ queryKey: botKeys.all }),
  });
}

/** Deletes a bot with all its stored data. */
export function useDeleteBot() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (botId: string) => removeBot(botId),
    onSuccess: (_, botId) => forgetBot(client, botId),
  });
}

/** Gives a bot to another team or person. */
export function useTransferBot(botId: string) {
  return useRefreshingMutation(
    (body: BodyOf<typeof transferBot>) => request(transferBot, { params: { bot_id: botId }, body }),
    botKeys.all,
    ["grants", botId],
  );
}

/** The delete call itself, for bulk actions. */
export function removeBot(botId: string) {
  return request(deleteBot, { params: { bot_id: botId } });
}

export function usePutBotSettings(botId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, version }: { body: Record<string, unknown>; version: number }) =>
      request(putBotSettings, { params: { bot_id: botId }, body, version }),
    onSuccess: ({ settings, version }) => client.setQueryData(botKeys.settings(botId), { settings, version }),
  });
}
