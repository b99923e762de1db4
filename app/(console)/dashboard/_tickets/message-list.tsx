"use client";
import { ArrowDown } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { useTimeFormat } from "@/app/_ui/time-format";
import { errorText } from "@/lib/client/api";
import type { TicketDetail } from "@/lib/community/tickets/contract";
import type { Outgoing } from "@/lib/community/tickets/conversation/queries.outbox";
import { useOlderMessages } from "@/lib/community/tickets/queries";
import { OutgoingBubble } from "./bubble";
import type { Reader } from "./labels";
import { timeline } from "./timeline";
import { TimelineEntry } from "./timeline-entry";
import { usePlace } from "./use-place";
import { useFresh, useUnread } from "./use-reading";

type MessageListProps = {
  ticket: TicketDetail;
  reader: Reader;
  outgoing: readonly Outgoing[];
  onRetry: (one: Outgoing) => void;
  onDiscard: (clientId: string) => void;
  /** Shown below the last message: the names of people who are typing. */
  foot: ReactNode;
};

const NOBODY: readonly string[] = [];

/**
 * The conversation. New messages never move the view of a reader who scrolled up. A message is marked as read only once
 * it was in view.
 */
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
    // After sending a message, scroll to the end from any position.
    if (sent > before.current) place.toEnd();
    before.current = sent;
  });

  const format = useTimeFormat();
  const entries = useMemo(
    () => timeline(messages, { me, unreadAfter, now: new Date(), format }),
    [messages, me, unreadAfter, format],
  );
  const fresh = useFresh(messages, place.atEnd, me);
  const ownLast = messages.findLast((one) => one.author_id === me && !one.is_system && !one.is_note);
  const seenBy = ownLast
    ? reads.filter((mark) => mark.user_id !== me && mark.last_seq >= ownLast.seq).map((mark) => mark.user_name)
    : NOBODY;

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
          {entries.map((entry) => (
            <TimelineEntry
              key={entry.key}
              entry={entry}
              reader={reader}
              seenBy={entry.kind === "message" && entry.message === ownLast ? seenBy : NOBODY}
            />
          ))}
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
      {place.atEnd ? null : <ToEnd fresh={fresh} onClick={place.toEnd} />}
    </div>
  );
}

/** The button that scrolls to the end. `fresh` is the number of messages that arrived there meanwhile. */
function ToEnd({ fresh, onClick }: { fresh: number; onClick: () => void }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className={cn(
        "absolute right-4 bottom-3 flex h-8 items-center gap-1.5 rounded-full px-3 font-medium text-[13px] shadow-pop",
        fresh > 0 ? "bg-accent text-accent-fg" : "border border-line bg-panel text-muted",
      )}
    >
      <ArrowDown className="size-4" aria-hidden />
      {fresh > 0 ? `${fresh} new ${fresh === 1 ? "message" : "messages"}` : "Jump to the latest"}
    </button>
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
