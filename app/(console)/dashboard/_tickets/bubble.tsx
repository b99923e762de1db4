"use client";
import { CircleAlert, Lock, RotateCw, X } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { useTimeFormat } from "@/app/_ui/time-format";
import type { TicketMessage } from "@/lib/community/tickets/contract";
import type { Outgoing } from "@/lib/community/tickets/conversation/queries.outbox";
import { Attachments } from "./attachments";
import { Initials } from "./labels";
import { Written } from "./text";

type BubbleProps = {
  message: TicketMessage;
  /** Whether the message begins a group, which shows the author's name. */
  first: boolean;
  /** Whether the message is on the reader's side of the conversation. */
  near: boolean;
  /** Whether the reader wrote the message. */
  own: boolean;
};

const box = (near: boolean, note: boolean) =>
  cn(
    "w-fit min-w-0 max-w-full space-y-1.5 rounded-md border px-3 py-1.5",
    note ? "ui:border-warn/40 bg-warn-soft" : near ? "ui:border-transparent bg-accent-soft" : "ui:border-line bg-panel",
  );

/** One message, or one private note between staff. */
export function Bubble({ message, first, near, own }: BubbleProps) {
  const { full } = useTimeFormat();
  return (
    <div className={cn("flex gap-2", near && "flex-row-reverse", first ? "mt-3" : "mt-0.5")}>
      {first ? (
        <Initials name={message.author_name} className="max-sm:hidden" />
      ) : (
        <span className="w-7 shrink-0 max-sm:hidden" />
      )}
      <div className={cn("flex min-w-0 max-w-[min(38rem,88%)] flex-col", near && "items-end")}>
        {first ? (
          <p className="mb-0.5 flex max-w-full flex-wrap items-baseline gap-x-1.5 text-[13px]">
            <span className="min-w-0 truncate font-semibold">{own ? "You" : <bdi>{message.author_name}</bdi>}</span>
            {message.is_admin && !own ? <span className="text-faint text-xs">staff</span> : null}
            {message.author_type === "bot" ? <span className="text-faint text-xs">bot</span> : null}
            {message.is_note ? (
              <span className="inline-flex items-center gap-1 text-warn text-xs">
                <Lock className="size-3" aria-hidden /> Private note
              </span>
            ) : null}
            <Clock at={message.timestamp} />
          </p>
        ) : null}
        <div className={box(near, message.is_note)} title={first ? undefined : full(message.timestamp)}>
          {message.content ? <Written text={message.content} /> : null}
          {message.attachments.length > 0 ? <Attachments files={message.attachments} /> : null}
        </div>
      </div>
    </div>
  );
}

type OutgoingBubbleProps = { outgoing: Outgoing; onRetry: () => void; onDiscard: () => void };

/**
 * A message that is being sent, shown paler until the server has it. If sending failed, shows why and offers to retry
 * or discard it.
 */
export function OutgoingBubble({ outgoing, onRetry, onDiscard }: OutgoingBubbleProps) {
  const { note, text, attachments, error } = outgoing;
  return (
    <div className="mt-3 flex flex-row-reverse gap-2">
      <span className="w-7 shrink-0 max-sm:hidden" />
      <div className="flex min-w-0 max-w-[min(38rem,88%)] flex-col items-end">
        <div className={cn(box(true, note), error ? "border-bad" : "opacity-70")}>
          {text ? <Written text={text} /> : null}
          {attachments.map((file) => (
            <p key={file.id} className="truncate text-[13px] text-muted">
              {file.name}
            </p>
          ))}
        </div>
        {error ? (
          <div role="alert" className="mt-1 flex flex-wrap items-center justify-end gap-1 text-[13px] text-bad">
            <CircleAlert className="size-4 shrink-0" aria-hidden />
            <span>Not sent: {error}</span>
            <Button size="sm" variant="ghost" onClick={onRetry}>
              <RotateCw aria-hidden /> Send again
            </Button>
            <Button size="sm" variant="ghost" onClick={onDiscard}>
              <X aria-hidden /> Discard
            </Button>
          </div>
        ) : (
          <p className="mt-0.5 text-faint text-xs">Sending…</p>
        )}
      </div>
    </div>
  );
}

/** Shows when a message was written, to the minute; the full date and time appear on hover. */
export function Clock({ at }: { at: string }) {
  const { clock, full } = useTimeFormat();
  return (
    <time dateTime={at} title={full(at)} className="tnum shrink-0 text-faint text-xs">
      {clock(at)}
    </time>
  );
}
