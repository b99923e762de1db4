"use client";
import { useEffect, useRef, useState } from "react";
import type { TicketDetail } from "@/lib/community/tickets/contract";
import { useMarkRead } from "@/lib/community/tickets/queries";

const READ_PAUSE_MS = 400;

/** Returns whether the window is visible and has the focus, so that somebody is likely to read it. */
function useAttention(): boolean {
  const [there, setThere] = useState(true);
  useEffect(() => {
    const look = () => setThere(document.visibilityState === "visible" && document.hasFocus());
    look();
    for (const name of ["focus", "blur"]) window.addEventListener(name, look);
    document.addEventListener("visibilitychange", look);
    return () => {
      for (const name of ["focus", "blur"]) window.removeEventListener(name, look);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  return there;
}

/** Counts the messages that others sent since the reader scrolled away from the end. */
export function useFresh(messages: TicketDetail["messages"], atEnd: boolean, me: string): number {
  const last = messages.at(-1)?.seq ?? 0;
  const [from, setFrom] = useState(last);
  useEffect(() => {
    if (atEnd) setFrom(last);
  }, [atEnd, last]);
  return atEnd ? 0 : messages.filter((one) => one.seq > from && one.author_id !== me && !one.is_system).length;
}

/**
 * Marks the conversation as read while its end is in view and the window has the reader's attention. Returns the `seq`
 * after which the "new messages" divider stands: the reader's position when they opened the ticket, or when they looked
 * away.
 */
export function useUnread(ticket: TicketDetail, last: number, inView: boolean): number {
  const [opened] = useState(ticket.read_seq);
  const [ruleAfter, setRuleAfter] = useState(opened);
  const there = useAttention();
  const read = useRef(opened);
  const markRead = useMarkRead(ticket.ticket_id);
  const attentive = there && inView;
  useEffect(() => {
    if (last <= read.current && ticket.unread_count === 0) return;
    if (!attentive) {
      if (last > read.current) setRuleAfter(read.current);
      return;
    }
    const timer = setTimeout(() => {
      read.current = last;
      // If this request fails, the next message or the next visit marks the conversation as read.
      markRead(last).catch(() => {});
    }, READ_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [attentive, last, ticket.unread_count, markRead]);
  return ruleAfter;
}
