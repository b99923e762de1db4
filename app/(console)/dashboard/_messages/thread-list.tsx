"use client";
import { User, Users } from "lucide-react";
import { cn } from "@/app/_ui/cn";
import { TimeAgo } from "@/app/_ui/time";
import type { MessageFilterState, Thread } from "./use-messages";

type ThreadListProps = {
  threads: readonly Thread[];
  filter: MessageFilterState;
  names: ReadonlyMap<string, string>;
  /** The page belongs to one bot, so threads do not show their bot's name. */
  fixedBot: boolean;
};

/** Lists the threads of the loaded messages. Choosing one filters the messages by it. */
export function ThreadList({ threads, filter: { state, set, bot }, names, fixedBot }: ThreadListProps) {
  return (
    <nav
      aria-label="Threads"
      className="max-h-48 overflow-y-auto rounded-md border border-line bg-panel md:max-h-[calc(100dvh-15rem)]"
    >
      <ThreadItem label="All threads" active={!state.thread} onClick={() => void set({ thread: null })} />
      {threads.map((thread) => (
        <ThreadItem
          key={thread.key}
          label={thread.last.thread_type === "USER" ? thread.last.author_name : thread.last.thread_id}
          thread={thread}
          botName={fixedBot ? undefined : (names.get(thread.last.bot_id) ?? thread.last.bot_id)}
          active={state.thread === thread.last.thread_id && (!bot || bot === thread.last.bot_id)}
          onClick={() => void set({ thread: thread.last.thread_id, ...(fixedBot ? {} : { bot: thread.last.bot_id }) })}
        />
      ))}
    </nav>
  );
}

type ThreadItemProps = { label: string; thread?: Thread; botName?: string; active: boolean; onClick: () => void };

function ThreadItem({ label, thread, botName, active, onClick }: ThreadItemProps) {
  const Icon = thread?.last.thread_type === "USER" ? User : Users;
  return (
    <button
      type="button"
      aria-current={active || undefined}
      onClick={onClick}
      className={cn(
        "-outline-offset-2 flex w-full items-start gap-2 border-line border-b px-3 py-2 text-left last:border-b-0 hover:bg-raised",
        active && "bg-accent-soft",
      )}
    >
      <Icon className="mt-0.5 size-4 shrink-0 text-faint" aria-hidden />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className="min-w-0 flex-1 truncate font-medium text-sm">{label}</span>
          {thread ? <TimeAgo at={thread.last.timestamp} className="shrink-0 text-faint text-xs" /> : null}
        </span>
        {thread ? (
          <span className="block truncate text-[13px] text-muted">
            {botName ? `${botName} · ` : ""}
            {thread.last.message}
          </span>
        ) : null}
      </span>
    </button>
  );
}
