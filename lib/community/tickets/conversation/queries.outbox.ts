"use client";
/**
 * Messages and files that are being sent, per ticket. They stay when the reader opens another ticket, and end with the
 * page.
 */
import { type QueryClient, skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { postTicketMessage } from "@/generated/calls/community/tickets/conversation";
import { deleteAttachment, getTicketTranscript, uploadAttachment } from "@/generated/calls/community/tickets/desk";
import { apiPath, errorText, type ResponseOf, request, requestFile } from "@/lib/client/api";
import { saveFile } from "@/lib/client/save-file";
import { upload } from "@/lib/client/upload";
import type { Attachment, TicketMessage } from "@/lib/community/tickets/contract";
import { patchOne, useTicket } from "@/lib/community/tickets/queries";
import { sizeText } from "@/lib/core/format/units";
import { keepOutgoing, keptOutgoing } from "./outbox-store";
import { withMessages } from "./queries.cache";

export type Outgoing = {
  client_id: string;
  text: string;
  note: boolean;
  attachments: Attachment[];
  /** ISO time of the first try. */
  at: string;
  /** The error of the last attempt; null while it is in progress. */
  error: string | null;
};

const outboxKey = (ticketId: string) => ["ticket-desk", "outbox", ticketId] as const;
const filesKey = (ticketId: string) => ["ticket-desk", "files", ticketId] as const;

const NONE: never[] = [];
const UNSENT = "The page was closed before this was sent";

/** A list stored beside the server's data: it is never fetched, and does not expire while the page is open. */
function useKept<T>(key: readonly string[]): T[] {
  const { data } = useQuery<T[]>({
    queryKey: key,
    queryFn: skipToken,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  return data ?? NONE;
}

const change = <T>(client: QueryClient, key: readonly string[], next: (now: T[]) => T[]) =>
  client.setQueryData<T[]>(key, (now) => next(now ?? []));

/** The unsent messages of a ticket; at first those that an earlier page could not send. */
const outboxOf = (client: QueryClient, ticketId: string): Outgoing[] =>
  client.getQueryData<Outgoing[]>(outboxKey(ticketId)) ??
  keptOutgoing(ticketId).map((one) => ({ ...one, error: UNSENT }));

function changeOutbox(client: QueryClient, ticketId: string, next: (now: Outgoing[]) => Outgoing[]): void {
  const before = outboxOf(client, ticketId);
  const after = next(before);
  client.setQueryData<Outgoing[]>(outboxKey(ticketId), after);
  if (after !== before) keepOutgoing(ticketId, after);
}

/** Removes messages from the outbox that have arrived in the conversation. */
export function dropSent(client: QueryClient, ticketId: string, messages: readonly TicketMessage[]): void {
  const arrived = new Set(messages.map((message) => message.client_id));
  changeOutbox(client, ticketId, (now) =>
    now.some((one) => arrived.has(one.client_id)) ? now.filter((one) => !arrived.has(one.client_id)) : now,
  );
}

/** Returns a unique id. `crypto.randomUUID` is missing where the page is not served over HTTPS. */
const freshId = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

/**
 * Messages being sent, and functions to send, retry and discard. A retry carries the same `client_id`, so that nothing
 * is sent twice.
 */
export function useOutbox(ticketId: string) {
  const client = useQueryClient();
  const outgoing = useKept<Outgoing>(outboxKey(ticketId));
  useEffect(() => changeOutbox(client, ticketId, (now) => now), [client, ticketId]);
  // A message without confirmation from an earlier page may still have arrived.
  const { data: ticket } = useTicket(ticketId);
  useEffect(() => {
    if (ticket) dropSent(client, ticketId, ticket.messages);
  }, [client, ticketId, ticket]);
  const push = useCallback(
    async (one: Outgoing) => {
      changeOutbox(client, ticketId, (now) => {
        const tried = { ...one, error: null };
        return now.some((each) => each.client_id === one.client_id)
          ? now.map((each) => (each.client_id === one.client_id ? tried : each))
          : [...now, tried];
      });
      try {
        const { message } = await request(postTicketMessage, {
          params: { ticket_id: ticketId },
          body: {
            content: one.text,
            is_note: one.note,
            attachments: one.attachments.map((file) => file.id),
            client_id: one.client_id,
          },
        });
        patchOne(client, ticketId, (known) => withMessages(known, [message]));
        dropSent(client, ticketId, [message]);
      } catch (error) {
        changeOutbox(client, ticketId, (now) =>
          now.map((each) => (each.client_id === one.client_id ? { ...each, error: errorText(error) } : each)),
        );
      }
    },
    [client, ticketId],
  );
  const drop = useCallback(
    (clientId: string) => void changeOutbox(client, ticketId, (now) => now.filter((one) => one.client_id !== clientId)),
    [client, ticketId],
  );
  const send = useCallback(
    (text: string, note: boolean, attachments: Attachment[]) =>
      void push({ client_id: freshId(), text, note, attachments, at: new Date().toISOString(), error: null }),
    [push],
  );
  return { outgoing, send, retry: push, drop };
}

export type PendingFile = {
  key: string;
  file: File;
  /** The share that is sent, 0 to 1. */
  progress: number;
  attachment: Attachment | null;
  error: string | null;
  abort: AbortController;
};

type FileRules = { max_bytes: number; max_per_message: number };

/** Files chosen for the next message. Each is uploaded at once; the message names its id later. */
export function useFiles(ticketId: string, rules: FileRules | undefined) {
  const client = useQueryClient();
  const files = useKept<PendingFile>(filesKey(ticketId));
  const set = useCallback(
    (key: string, part: Partial<PendingFile>) =>
      void change<PendingFile>(client, filesKey(ticketId), (now) =>
        now.map((one) => (one.key === key ? { ...one, ...part } : one)),
      ),
    [client, ticketId],
  );
  const start = useCallback(
    async (pending: PendingFile) => {
      const { key, file, abort } = pending;
      const form = new FormData();
      form.append("file", file, file.name);
      try {
        const sent = await upload(apiPath(uploadAttachment, { ticket_id: ticketId }), form, {
          signal: abort.signal,
          onProgress: (progress) => set(key, { progress }),
        });
        set(key, { attachment: (sent as ResponseOf<typeof uploadAttachment>).attachment, progress: 1 });
      } catch (error) {
        // The server's text begins with "file: "; drop that, because the file's name is shown beside it.
        if (!abort.signal.aborted) set(key, { error: errorText(error).replace(/^file: /, "") });
      }
    },
    [ticketId, set],
  );
  const add = useCallback(
    (chosen: readonly File[]) => {
      const known = client.getQueryData<PendingFile[]>(filesKey(ticketId)) ?? [];
      const room = Math.max(0, (rules?.max_per_message ?? Number.POSITIVE_INFINITY) - known.length);
      const fresh = chosen.slice(0, room).map((file): PendingFile => {
        const limit = rules?.max_bytes ?? Number.POSITIVE_INFINITY;
        const error =
          file.size > limit ? `Larger than ${sizeText(limit)}` : file.size === 0 ? "The file is empty" : null;
        return { key: freshId(), file, progress: 0, attachment: null, error, abort: new AbortController() };
      });
      change<PendingFile>(client, filesKey(ticketId), (now) => [...now, ...fresh]);
      for (const one of fresh) if (!one.error) void start(one);
      return chosen.length - fresh.length;
    },
    [client, ticketId, rules, start],
  );
  const forget = useCallback(
    (keys: readonly string[]) =>
      void change<PendingFile>(client, filesKey(ticketId), (now) => now.filter((one) => !keys.includes(one.key))),
    [client, ticketId],
  );
  const remove = useCallback(
    (one: PendingFile) => {
      one.abort.abort();
      forget([one.key]);
      if (!one.attachment) return;
      // If this request fails, the server removes the unused file within an hour.
      request(deleteAttachment, {
        params: { ticket_id: ticketId, attachment_id: one.attachment.id },
      }).catch(() => {});
    },
    [ticketId, forget],
  );
  return { files, add, remove, forget };
}

/** Saves a transcript as a file. Throws ApiError when it is refused, where a plain link would leave the page. */
export async function downloadTranscript(
  ticket: { ticket_id: string; ticket_num: number },
  format: "html" | "txt",
  notes: boolean,
): Promise<void> {
  const blob = await requestFile(
    apiPath(getTicketTranscript, { ticket_id: ticket.ticket_id }, { format, notes: notes ? undefined : "false" }),
  );
  saveFile(`ticket-${ticket.ticket_num}.${format}`, blob);
}
