"use client";
/** TanStack Query hooks of incoming webhooks, which live under one key. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import {
  createIncomingWebhook,
  deleteIncomingWebhook,
  getIncomingWebhook,
  listIncomingWebhooks,
  rotateIncomingWebhook,
  testIncomingWebhook,
  updateIncomingWebhook,
} from "@/generated/calls/operations/incoming";
import { type BodyOf, type ResponseOf, request } from "@/lib/client/api";
import { readUntilDeleted, useDeletion } from "@/lib/client/deletion";
import { useRefreshingMutation } from "@/lib/client/mutation";

const KEY = ["incoming-webhooks"] as const;
/** No event announces requests of other programs, so pages read the webhooks again. */
const REFRESH_MS = 5_000;

export type HookReply = ResponseOf<typeof getIncomingWebhook>;
export type NewHook = BodyOf<typeof createIncomingWebhook>;
export type HookChange = Omit<BodyOf<typeof updateIncomingWebhook>, "version">;
/** A new or replaced address, and a secret that was made for it. */
export type NewAddress = { path: string; secret: string | null };

/** The webhooks that the reader manages, newest first, page by page; of one team or of all of them. */
export const useIncomingWebhooks = (team_id: number | undefined) =>
  useInfiniteQuery({
    queryKey: [...KEY, "list", team_id],
    queryFn: ({ pageParam, signal }) =>
      request(listIncomingWebhooks, {
        query: { team_id: team_id === undefined ? undefined : String(team_id), limit: 100, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });

export const useIncomingWebhook = (hook_id: string, initial: HookReply) =>
  useQuery({
    queryKey: [...KEY, "one", hook_id],
    queryFn: (context) =>
      readUntilDeleted(hook_id, context, () =>
        request(getIncomingWebhook, { params: { hook_id }, signal: context.signal }),
      ),
    initialData: initial,
    refetchInterval: REFRESH_MS,
  });

export const useCreateIncomingWebhook = () =>
  useRefreshingMutation((body: NewHook) => request(createIncomingWebhook, { body }), KEY);

type Change = { hook_id: string; body: HookChange; version?: number };

/** Changes, pauses or resumes a webhook. */
export const useUpdateIncomingWebhook = () =>
  useRefreshingMutation(
    ({ hook_id, body, version }: Change) => request(updateIncomingWebhook, { params: { hook_id }, body, version }),
    KEY,
  );

export const useRotateIncomingWebhook = (hook_id: string) =>
  useRefreshingMutation(() => request(rotateIncomingWebhook, { params: { hook_id } }), KEY);

/** Shows what a webhook would make of a request. */
export const useTestIncomingWebhook = (hook_id: string) =>
  useMutation({
    mutationFn: (body: BodyOf<typeof testIncomingWebhook>) =>
      request(testIncomingWebhook, { params: { hook_id }, body }),
  });

export const useDeleteIncomingWebhook = (hook_id: string) =>
  useDeletion(hook_id, () => request(deleteIncomingWebhook, { params: { hook_id } }), KEY);
