"use client";
/**
 * Live events of tickets over the console's one socket: the room of one conversation, and hints to refetch lists and
 * counters.
 */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLine } from "@/lib/client/live";
import type { Ticket, TicketDetail, TicketMessage } from "./contract";
import { TYPING_MS } from "./contract.constants";
import type { TicketEventData, TicketEventName, Viewer } from "./contract.live";
import { withMessages, withRead } from "./conversation/queries.cache";
import { dropSent } from "./conversation/queries.outbox";
import { patchOne, patchTicket } from "./queries";
import { ticketKeys } from "./queries.unread";

/**
 * The interval at which ongoing typing is reported. It is well below the time after which others assume that it
 * stopped.
 */
const TYPING_AGAIN_MS = TYPING_MS / 2;

type Line = ReturnType<typeof useLine>;
type End = () => void;
type Hear = <E extends Exclude<TicketEventName, "ticket_list">>(
  name: E,
  take: (data: TicketEventData<E>) => void,
) => End;

/** Listens to the events of one ticket. */
const hearing =
  (line: Line, ticketId: string): Hear =>
  (name, take) =>
    // Messages of bots have an event of the same name, without a `ticket_id`.
    line.hear(name, (data) => {
      if ((data as { ticket_id?: unknown } | null)?.ticket_id === ticketId) take(data as Parameters<typeof take>[0]);
    });

/** Applies messages, changes and read marks to the cache as they arrive. */
function hearIntoCache(client: QueryClient, hear: Hear, ticketId: string, reread: () => void): End[] {
  return [
    hear("new_message", ({ messageData }) => {
      // The event may have arrived before the conversation was loaded.
      if (!client.getQueryData(ticketKeys.one(ticketId))) reread();
      patchOne(client, ticketId, (known) => withMessages(known, [messageData]));
      dropSent(client, ticketId, [messageData]);
    }),
    hear("message_history", ({ messages, next_cursor }) => {
      const known = client.getQueryData<TicketDetail>(ticketKeys.one(ticketId));
      const last = known?.messages.at(-1)?.seq ?? 0;
      // If the page does not connect to the known messages, refetch everything, because a gap would remain otherwise.
      if (next_cursor !== null && (messages[0]?.seq ?? 0) > last) return reread();
      patchOne(client, ticketId, (now) => withMessages(now, messages));
      dropSent(client, ticketId, messages);
    }),
    hear("ticket_update", ({ event_type, data }) => {
      if (event_type === "new_message" || event_type === "ticket_deleted") return;
      if (data.ticket) patchTicket(client, ticketId, data.ticket as Partial<Ticket>);
      const said = data.message as TicketMessage | undefined;
      if (said) patchOne(client, ticketId, (known) => withMessages(known, [said]));
      // A merge moves messages of another ticket between the known ones, or away, so start over.
      if (event_type === "ticket_merged") void client.resetQueries({ queryKey: ticketKeys.one(ticketId) });
    }),
    hear("ticket_read", ({ ticket_id: _, ...mark }) => patchOne(client, ticketId, (known) => withRead(known, mark))),
  ];
}

type Typist = { user_id: string; user_name: string; until: number };
const without = (typists: Typist[], userId: string) => typists.filter((typist) => typist.user_id !== userId);

/** The people who type, each until `TYPING_MS` after their last report. */
function useTypists() {
  const [typists, setTypists] = useState<Typist[]>([]);
  useEffect(() => {
    const next = Math.min(...typists.map((typist) => typist.until));
    if (!Number.isFinite(next)) return;
    const timer = setTimeout(
      () => setTypists((known) => known.filter((typist) => typist.until > Date.now())),
      Math.max(0, next - Date.now()) + 50,
    );
    return () => clearTimeout(timer);
  }, [typists]);
  return [typists, setTypists] as const;
}

/**
 * Joins a ticket's room while mounted. After a lost connection it joins again and asks for missed messages. Events
 * update the cache; the returned values say who is typing, who else has the ticket open and whether it was deleted.
 */
export function useTicketRoom(ticketId: string, me: string) {
  const client = useQueryClient();
  const line = useLine();
  const [typists, setTypists] = useTypists();
  const [viewers, setViewers] = useState<Viewer[]>([]);
  const [gone, setGone] = useState(false);

  useEffect(() => {
    const hear = hearing(line, ticketId);
    const reread = () => void client.invalidateQueries({ queryKey: ticketKeys.one(ticketId) });
    const ends = [
      ...hearIntoCache(client, hear, ticketId, reread),
      hear("new_message", ({ messageData }) => setTypists((known) => without(known, messageData.author_id))),
      hear("ticket_update", ({ event_type }) => {
        if (event_type === "ticket_deleted") setGone(true);
      }),
      hear("user_typing", ({ user_id, user_name, typing }) => {
        if (user_id === me) return;
        const typist = { user_id, user_name, until: Date.now() + TYPING_MS };
        setTypists((known) => (typing ? [...without(known, user_id), typist] : without(known, user_id)));
      }),
      hear("joined_ticket", (joined) => setViewers(joined.viewers)),
      hear("ticket_viewers", (looking) => setViewers(looking.viewers)),
      line.onArrival(({ missed }) => {
        const last = client.getQueryData<TicketDetail>(ticketKeys.one(ticketId))?.messages.at(-1)?.seq;
        line.say("join_ticket", { ticket_id: ticketId, since: last });
        // Status, assignee and read marks may have changed as well.
        if (missed) reread();
      }),
    ];
    return () => {
      for (const end of ends) end();
      line.say("leave_ticket", { ticket_id: ticketId });
      setTypists([]);
      setViewers([]);
      setGone(false);
    };
  }, [client, line, ticketId, me, setTypists]);

  return {
    typing: typists.map((typist) => typist.user_name),
    viewers: useMemo(() => viewers.filter((viewer) => viewer.user_id !== me), [viewers, me]),
    gone,
  };
}

/**
 * Reports to the room that the caller is typing, as rarely as possible; `false` is sent at once. `note`: only staff are
 * told.
 */
export function useSayTyping(ticketId: string): (typing: boolean, note: boolean) => void {
  const line = useLine();
  const said = useRef({ at: 0, note: false });
  return useCallback(
    (typing, note) => {
      const now = Date.now();
      const { at, note: before } = said.current;
      if (!typing && at === 0) return;
      if (typing && note === before && now - at < TYPING_AGAIN_MS) return;
      // When the person switches from a reply to a note, end the typing state that the requester sees.
      if (typing && at > 0 && note !== before) line.say("typing", { ticket_id: ticketId, typing: false, note: before });
      said.current = { at: typing ? now : 0, note };
      line.say("typing", { ticket_id: ticketId, typing, note });
    },
    [line, ticketId],
  );
}
