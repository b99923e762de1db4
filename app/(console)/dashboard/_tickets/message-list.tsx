"use client";
import { ArrowDown, Lock } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { errorText } from "@/lib/client/api";
import type { TicketDetail } from "@/lib/community/tickets/contract";
import type { Outgoing } from "@/lib/community/tickets/conversation/queries.outbox";
import { useMarkRead, useOlderMessages } from "@/lib/community/tickets/queries";
import { Bubble, Clock, OutgoingBubble } from "./bubble";
import { namesText, type Reader } from "./labels";
import { timeline } from "./timeline";
import { usePlace } from "./use-place";

type MessageListProps = {
  ticket: TicketDetail;
  reader: Reader;
  outgoing: readonly Outgoing[];
  onRetry: (one: Outgoing) => void;
  onDiscard: (clientId: string) => void;
  /** Stands under the last message: who types. */
  foot: ReactNode;
};

const READ_PAUSE_MS = 400;

/** The conversation. Never moves under a reader who looks at what was said earlier; marks read what was really in view. */
export function MessageList({ ticket, reader, outgoing, onRetry, onDiscard, foot }: MessageListProps) {
  const { messages, reads } = ticket;
  const me = reader.user_id;
  const area = useRef<HTMLDivElement>(null);
  const older = useOlderMessages(ticket.ticket_id);
  const place = usePlace({
    area,
    subject: ticket.ticket_id,
    ready: true,
    onTop: () => {
      if (ticket.next_cursor && !older.error) void older.load();
    },
  });
  const last = messages.at(-1)?.seq ?? 0;
  const unreadAfter = useUnread(ticket, last, place.atEnd);

  const sent = outgoing.length;
  const before = useRef(sent);
  useEffect(() => {
    // Scroll to the end after one's own message, wherever the list stood.
    if (sent > before.current) place.toEnd();
    before.current = sent;
  });

  const entries = useMemo(() => timeline(messages, { me, unreadAfter, now: new Date() }), [messages, me, unreadAfter]);
  const fresh = useFresh(messages, place.atEnd, me);
  const ownLast = messages.findLast((one) => one.author_id === me && !one.is_system && !one.is_note);
  const seen = ownLast
    ? reads.filter((mark) => mark.user_id !== me && mark.last_seq >= ownLast.seq).map((mark) => mark.user_name)
    : [];

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={area}
        role="log"
        aria-label="Conversation"
        aria-live={place.atEnd ? "polite" : "off"}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable from the keyboard
        tabIndex={0}
        onScroll={place.onScroll}
        className="-outline-offset-2 h-full overflow-y-auto overflow-x-hidden bg-bg px-3 py-3 [overflow-anchor:none] sm:px-4"
      >
        <div>
          <Past ticket={ticket} loading={older.loading} error={older.error} onLoad={() => void older.load()} />
          {entries.map((entry) => {
            if (entry.kind === "day") return <Rule key={entry.key}>{entry.label}</Rule>;
            if (entry.kind === "unread")
              return (
                <Rule key={entry.key} divider>
                  New
                </Rule>
              );
            const { message } = entry;
            if (entry.kind === "event")
              return (
                <p
                  key={entry.key}
                  data-key={entry.key}
                  className="my-2 flex flex-wrap items-baseline justify-center gap-x-1.5 px-4 text-center text-[13px] text-faint"
                >
                  {message.is_note ? <Lock className="size-3 self-center text-warn" aria-label="Staff only" /> : null}
                  <span className="min-w-0 [overflow-wrap:anywhere]">{message.content}</span>
                  <Clock at={message.timestamp} />
                </p>
              );
            const own = message.author_id === me;
            return (
              <div key={entry.key} data-key={entry.key}>
                <Bubble
                  message={message}
                  first={entry.first}
                  own={own}
                  near={reader.staff ? message.author_type === "staff" || own : own}
                />
                {message === ownLast && seen.length > 0 ? (
                  <p className="mt-0.5 text-right text-faint text-xs sm:pr-9">Seen by {namesText(seen)}</p>
                ) : null}
              </div>
            );
          })}
          {outgoing.map((one) => (
            <OutgoingBubble
              key={one.client_id}
              outgoing={one}
              onRetry={() => onRetry(one)}
              onDiscard={() => onDiscard(one.client_id)}
            />
          ))}
          {foot}
        </div>
      </div>
      {place.atEnd ? null : (
        <button
          type="button"
          onClick={place.toEnd}
          className={cn(
            "absolute right-4 bottom-3 flex h-8 items-center gap-1.5 rounded-full px-3 font-medium text-[13px] shadow-pop",
            fresh > 0 ? "bg-accent text-accent-fg" : "border border-line bg-panel text-muted",
          )}
        >
          <ArrowDown className="size-4" aria-hidden />
          {fresh > 0 ? `${fresh} new ${fresh === 1 ? "message" : "messages"}` : "Jump to the latest"}
        </button>
      )}
    </div>
  );
}

function Rule({ divider, children }: { divider?: boolean; children: ReactNode }) {
  return (
    <p
      data-divider={divider || undefined}
      className={cn("my-3 flex items-center gap-3 text-xs", divider ? "font-medium text-accent" : "text-faint")}
    >
      <span className={cn("h-px flex-1", divider ? "bg-accent" : "bg-line")} />
      {children}
      <span className={cn("h-px flex-1", divider ? "bg-accent" : "bg-line")} />
    </p>
  );
}

type PastProps = { ticket: TicketDetail; loading: boolean; error: unknown; onLoad: () => void };

/** The area above the first loaded message: a button or progress for older ones. */
function Past({ ticket, loading, error, onLoad }: PastProps) {
  if (ticket.next_cursor === null) return null;
  return (
    <p className="flex min-h-9 items-center justify-center gap-2 text-[13px]" role={error ? "alert" : undefined}>
      {error ? <span className="text-bad">{errorText(error)}</span> : null}
      <Button size="sm" variant="ghost" loading={loading} onClick={onLoad}>
        {error ? "Try again" : "Load earlier messages"}
      </Button>
    </p>
  );
}

/** How many messages of others came since the reader left the end. */
function useFresh(messages: TicketDetail["messages"], atEnd: boolean, me: string): number {
  const last = messages.at(-1)?.seq ?? 0;
  const [from, setFrom] = useState(last);
  useEffect(() => {
    if (atEnd) setFrom(last);
  }, [atEnd, last]);
  return atEnd ? 0 : messages.filter((one) => one.seq > from && one.author_id !== me && !one.is_system).length;
}

/**
 * Marks the conversation read while its end is in view of somebody who is there. Answers after which message the rule of the
 * unread stands: where the reader was at the opening, or when they turned away.
 */
function useUnread(ticket: TicketDetail, last: number, inView: boolean): number {
  const [opened] = useState(ticket.read_seq);
  const [ruleAfter, setRuleAfter] = useState(opened);
  const [there, setThere] = useState(true);
  const read = useRef(opened);
  const markRead = useMarkRead(ticket.ticket_id);
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
  const attentive = there && inView;
  useEffect(() => {
    if (last <= read.current && ticket.unread_count === 0) return;
    if (!attentive) {
      if (last > read.current) setRuleAfter(read.current);
      return;
    }
    const timer = setTimeout(() => {
      read.current = last;
      // Should it fail, the next message or the next look marks it.
      markRead(last).catch(() => {});
    }, READ_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [attentive, last, ticket.unread_count, markRead]);
  return ruleAfter;
}
