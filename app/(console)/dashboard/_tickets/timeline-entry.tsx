"use client";
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/app/_ui/cn";
import { namesText } from "../_shared/names-text";
import { Bubble, Clock } from "./bubble";
import { NAMES_SHOWN, type Reader } from "./labels";
import type { Entry } from "./timeline";

type TimelineEntryProps = {
  entry: Entry;
  reader: Reader;
  /** Names of the people who have seen this message, if it is the reader's last one. */
  seenBy: readonly string[];
};

/** One row of the conversation: a day, the "new messages" divider, an event or a message. */
export function TimelineEntry({ entry, reader, seenBy }: TimelineEntryProps) {
  if (entry.kind === "day") return <Rule>{entry.label}</Rule>;
  if (entry.kind === "unread") return <Rule divider>New</Rule>;
  const { message } = entry;
  if (entry.kind === "event")
    return (
      <p
        data-key={entry.key}
        className="my-2 flex flex-wrap items-baseline justify-center gap-x-1.5 px-4 text-center text-[13px] text-faint"
      >
        {message.is_note ? <Lock className="size-3 self-center text-warn" aria-label="Staff only" /> : null}
        <span className="min-w-0 [overflow-wrap:anywhere]">{message.content}</span>
        <Clock at={message.timestamp} />
      </p>
    );
  const own = message.author_id === reader.user_id;
  return (
    <div data-key={entry.key}>
      <Bubble
        message={message}
        first={entry.first}
        own={own}
        near={reader.staff ? message.author_type === "staff" || own : own}
      />
      {seenBy.length > 0 ? (
        <p className="mt-0.5 text-right text-faint text-xs sm:pr-9">Seen by {namesText(seenBy, NAMES_SHOWN)}</p>
      ) : null}
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
