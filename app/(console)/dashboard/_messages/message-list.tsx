"use client";
import { Button } from "@/app/_ui/button";
import { TimeAgo } from "@/app/_ui/time";
import type { Message } from "@/lib/fleet/telemetry/contract";
import { BotLink } from "../_shared/bot-link";

type MessageListProps = {
  messages: Message[];
  names: ReadonlyMap<string, string>;
  showBot: boolean;
  showThread: boolean;
  more: { loading: boolean; load: () => void } | null;
};

const LATE_MS = 60_000;
const isLate = ({ timestamp, received_at }: Message) => Date.parse(received_at) - Date.parse(timestamp) > LATE_MS;

/** Messages, newest first, with their author and thread. */
export function MessageList({ messages, names, showBot, showThread, more }: MessageListProps) {
  return (
    <section aria-label="Messages" className="min-w-0 rounded-md border border-line bg-panel">
      <ul className="divide-y divide-line">
        {messages.map((message) => (
          // The browser skips the layout of rows that are out of sight, so thousands of rows stay fast.
          <li key={message.id} className="px-4 py-2 [content-visibility:auto] [contain-intrinsic-size:auto_56px]">
            <p className="flex flex-wrap items-baseline gap-x-2 text-[13px]">
              <span className="font-semibold text-sm" title={message.author_id}>
                <bdi>{message.author_name || message.author_id}</bdi>
              </span>
              {showThread ? (
                <span className="text-faint">
                  in {message.thread_type === "GROUP" ? "group" : "chat"}{" "}
                  <span className="font-mono">{message.thread_id}</span>
                </span>
              ) : null}
              {showBot ? (
                <span className="inline-flex min-w-0 items-baseline gap-1 text-faint">
                  via{" "}
                  <BotLink
                    id={message.bot_id}
                    name={names.get(message.bot_id)}
                    tab="messages"
                    className="max-w-40 text-muted"
                  />
                </span>
              ) : null}
              <span className="ml-auto shrink-0 text-faint text-xs">
                <TimeAgo at={message.timestamp} />
                {isLate(message) ? (
                  <>
                    , received <TimeAgo at={message.received_at} />
                  </>
                ) : null}
              </span>
            </p>
            <p className="whitespace-pre-wrap break-words text-sm">{message.message}</p>
          </li>
        ))}
      </ul>
      {more ? (
        <p className="border-line border-t p-2 text-center">
          <Button size="sm" variant="ghost" loading={more.loading} onClick={more.load}>
            Load older messages
          </Button>
        </p>
      ) : null}
    </section>
  );
}
