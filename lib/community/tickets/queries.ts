"use client";
/** TanStack Query hooks of tickets, built from their contracts. Live events are in queries.live.ts. */
import {
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import {
  assignTicket,
  claimTicket,
  closeTicket,
  deleteTicket,
  getTicket,
  listTickets,
  openTicket,
  reopenTicket,
} from "@/generated/calls/community/tickets";
import { listTicketMessages, markTicketRead } from "@/generated/calls/community/tickets/conversation";
import {
  createCannedReply,
  deleteCannedReply,
  getTicketOptions,
  listCannedReplies,
  listTicketAssignees,
  mergeTicket,
  updateCannedReply,
  updateTicket,
} from "@/generated/calls/community/tickets/desk";
import { type BodyOf, request } from "@/lib/client/api";
import { setLiveData } from "@/lib/client/live-data";
import { useRefreshingMutation } from "@/lib/client/mutation";
import type { Ticket, TicketDetail, TicketPage } from "./contract";
import { mergeDetail, withChange, withOlder } from "./conversation/queries.cache";
import { refreshQueue, type TicketFilters, ticketKeys } from "./queries.unread";

type CannedInput = BodyOf<typeof createCannedReply>;

const PAGE = 50;
const OLDER_PAGE = 100;

const place = (ticket_id: string) => ({ params: { ticket_id } });

/** Tickets the caller may see, latest activity first, page by page (keyset). */
export function useTicketList(filters: TicketFilters, options: { limit?: number; enabled?: boolean } = {}) {
  const limit = options.limit ?? PAGE;
  return useInfiniteQuery({
    queryKey: ticketKeys.list(filters, limit),
    queryFn: ({ pageParam, signal }) =>
      request(listTickets, { query: { ...filters, limit, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
    staleTime: 2_000,
  });
}

/** The ticket types that may be opened, and the accepted files. */
export function useTicketOptions() {
  return useQuery({
    queryKey: ticketKeys.options,
    queryFn: ({ signal }) => request(getTicketOptions, { signal }),
    staleTime: 30_000,
  });
}

/** The people to whom a ticket may be assigned. */
export function useAssignees({ ticket_id, bot_id }: Pick<Ticket, "ticket_id" | "bot_id">) {
  // Everybody may be assigned who answers the tickets of the same bot, so one list serves all of them.
  return useQuery({
    queryKey: [...ticketKeys.assignees, bot_id],
    queryFn: ({ signal }) => request(listTicketAssignees, { query: bot_id === null ? {} : { ticket_id }, signal }),
    staleTime: 30_000,
  });
}

/** A ticket with its conversation. Older pages that were loaded are kept when it is refetched. */
export function useTicket(ticketId: string | null) {
  const client = useQueryClient();
  return useQuery({
    queryKey: ticketKeys.one(ticketId ?? ""),
    queryFn: async ({ signal }) => {
      const fresh = await request(getTicket, {
        ...place(ticketId ?? ""),
        signal,
      });
      return mergeDetail(client.getQueryData<TicketDetail>(ticketKeys.one(fresh.ticket_id)), fresh);
    },
    enabled: ticketId !== null,
    staleTime: 10_000,
  });
}

/** Loads the page before the first known message, one page at a time. */
export function useOlderMessages(ticketId: string) {
  const client = useQueryClient();
  const running = useRef(false);
  const [state, setState] = useState<{ loading: boolean; error: unknown }>({ loading: false, error: null });
  const load = useCallback(async () => {
    const cursor = client.getQueryData<TicketDetail>(ticketKeys.one(ticketId))?.next_cursor;
    if (!cursor || running.current) return;
    running.current = true;
    setState({ loading: true, error: null });
    try {
      const page = await request(listTicketMessages, {
        ...place(ticketId),
        query: { limit: OLDER_PAGE, cursor },
      });
      patchOne(client, ticketId, (known) => (known.next_cursor === cursor ? withOlder(known, page) : known));
      setState({ loading: false, error: null });
    } catch (error) {
      setState({ loading: false, error });
    } finally {
      running.current = false;
    }
  }, [client, ticketId]);
  return { ...state, load };
}

/** Changes a cached conversation, if it is cached. */
export function patchOne(client: QueryClient, ticketId: string, change: (known: TicketDetail) => TicketDetail): void {
  setLiveData<TicketDetail>(client, ticketKeys.one(ticketId), (known) => known && change(known));
}

/** Writes changed fields into the conversation and into every cached list. */
export function patchTicket(client: QueryClient, ticketId: string, change: Partial<Ticket>): void {
  patchOne(client, ticketId, (known) => withChange(known, change));
  patchRows(client, ticketId, (row) => withChange(row, change));
}

function patchRows(client: QueryClient, ticketId: string, change: (row: Ticket) => Ticket): void {
  client.setQueriesData<InfiniteData<TicketPage>>({ queryKey: ticketKeys.lists }, (data) => {
    if (!data?.pages.some((page) => page.tickets.some((one) => one.ticket_id === ticketId))) return data;
    const pages = data.pages.map((page) => ({
      ...page,
      tickets: page.tickets.map((one) => (one.ticket_id === ticketId ? change(one) : one)),
    }));
    return { ...data, pages };
  });
}

/** A request that changes tickets: the response updates the cache at once, lists and counts are refetched. */
function useChange<A>(run: (argument: A) => Promise<{ ticket: Ticket; into?: Ticket }>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: ({ ticket, into }) => {
      for (const one of [ticket, into]) if (one) patchTicket(client, one.ticket_id, one);
      refreshQueue(client);
    },
  });
}

export function useClaimTicket() {
  return useChange((id: string) => request(claimTicket, place(id)));
}

/** Assigns a ticket to a staff member; `user_id: null` removes the assignee. */
export function useAssignTicket() {
  return useChange(({ id, user_id }: { id: string; user_id: string | null }) =>
    request(assignTicket, { ...place(id), body: { user_id } }),
  );
}

export function useCloseTicket() {
  return useChange(({ id, reason }: { id: string; reason?: string }) =>
    request(closeTicket, { ...place(id), body: { reason } }),
  );
}

export function useReopenTicket() {
  return useChange((id: string) => request(reopenTicket, place(id)));
}

/** Changes priority, tags, type or subject. */
export function useUpdateTicket() {
  return useChange(({ id, ...body }: { id: string } & BodyOf<typeof updateTicket>) =>
    request(updateTicket, { ...place(id), body }),
  );
}

/** Merges a ticket into another; both conversations are refetched. */
export function useMergeTicket() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, into }: { id: string; into: string }) => request(mergeTicket, { ...place(id), body: { into } }),
    onSuccess: ({ ticket, into }) => {
      for (const one of [ticket, into]) void client.resetQueries({ queryKey: ticketKeys.one(one.ticket_id) });
      refreshQueue(client);
    },
  });
}

export function useDeleteTicket() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request(deleteTicket, place(id)),
    onSuccess: () => refreshQueue(client),
  });
}

/** Opens a ticket for the caller. */
export function useOpenTicket() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BodyOf<typeof openTicket>) => request(openTicket, { body }),
    onSuccess: () => {
      refreshQueue(client);
      void client.invalidateQueries({ queryKey: ticketKeys.options });
    },
  });
}

/** Marks a ticket as read up to a message; its badge disappears at once. */
export function useMarkRead(ticketId: string) {
  const client = useQueryClient();
  return useCallback(
    async (last_seq: number) => {
      const { unread_count } = await request(markTicketRead, {
        ...place(ticketId),
        body: { last_seq },
        isBackground: true,
      });
      patchOne(client, ticketId, (known) => ({
        ...known,
        unread_count,
        read_seq: Math.max(known.read_seq, last_seq),
      }));
      patchRows(client, ticketId, (row) => ({ ...row, unread_count }));
      void client.invalidateQueries({ queryKey: ticketKeys.counts });
    },
    [client, ticketId],
  );
}

/** Canned replies, by shortcut. */
export function useCannedReplies(enabled: boolean) {
  return useQuery({
    queryKey: ticketKeys.canned,
    queryFn: ({ signal }) => request(listCannedReplies, { signal }),
    enabled,
    staleTime: 60_000,
  });
}

/** Writes a canned reply: a new one, or over the one with `reply_id`. */
export function useSaveCannedReply() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ reply_id, body, version }: { reply_id?: string; body: CannedInput; version?: number }) =>
      reply_id === undefined
        ? request(createCannedReply, { body })
        : request(updateCannedReply, {
            params: { reply_id },
            ...{ body, version },
          }),
    onSuccess: () => client.invalidateQueries({ queryKey: ticketKeys.canned }),
  });
}

export const useDeleteCannedReply = () =>
  useRefreshingMutation((reply_id: string) => request(deleteCannedReply, { params: { reply_id } }), ticketKeys.canned);
