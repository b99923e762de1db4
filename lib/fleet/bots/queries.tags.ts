"use client";
/** TanStack Query hooks of tags and of the values that lists of bots filter by. */
import { useQuery } from "@tanstack/react-query";
import { changeTags, listBotFacets, putBotTags } from "@/generated/calls/fleet/bots";
import { request } from "@/lib/client/api";
import { useRefreshingMutation } from "@/lib/client/mutation";
import { TAGGED_AT_ONCE_MAX } from "./contract.constants";
import { botKeys } from "./queries.keys";

/** The values that filters offer, with the number of bots of each. */
export function useBotFacets() {
  return useQuery({
    queryKey: botKeys.facets,
    queryFn: ({ signal }) => request(listBotFacets, { signal }),
    staleTime: 30_000,
  });
}

/** Replaces the tags of a bot. */
export function usePutBotTags(botId: string) {
  return useRefreshingMutation(
    (tags: string[]) => request(putBotTags, { params: { bot_id: botId }, body: { tags } }),
    botKeys.all,
  );
}

type Change = { ids: readonly string[]; add: string[]; remove: string[] };

/** Adds tags to many bots and removes others, as many bots at a time as one request may name. */
export function useChangeTags() {
  return useRefreshingMutation(async ({ ids, ...change }: Change) => {
    const slices = Array.from({ length: Math.ceil(ids.length / TAGGED_AT_ONCE_MAX) }, (_, at) =>
      ids.slice(at * TAGGED_AT_ONCE_MAX, (at + 1) * TAGGED_AT_ONCE_MAX),
    );
    const replies = await Promise.all(slices.map((bot_ids) => request(changeTags, { body: { bot_ids, ...change } })));
    return replies.flatMap(({ results }) => results);
  }, botKeys.all);
}

/** Splits what a person typed into tags. */
export const tagsIn = (text: string): string[] =>
  text
    .split(",")
    .map((tag) => tag.trim())
    .filter(Boolean);
