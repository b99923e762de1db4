"use client";
import { PenLine, Search, User, Users, X } from "lucide-react";
import { parseAsString, useQueryStates } from "nuqs";
import { useEffect, useMemo, useState } from "react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { EmptyState, ErrorState } from "@/app/_ui/empty-state";
import { Input } from "@/app/_ui/input";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import { errorText } from "@/lib/client/api";
import { useBotNames } from "@/lib/fleet/bots/queries";
import type { Message } from "@/lib/fleet/telemetry/contract";
import { useMessageList, useMessagesLive } from "@/lib/fleet/telemetry/queries";
import { BotPicker } from "../_shared/bot-picker";
import { useDebounced } from "../_shared/hooks";
import { MessageList } from "./message-list";
import { SendDialog } from "./send-dialog";

const ENOUGH = 20;
const MAX_ASKS = 8;

type Thread = { key: string; last: Message; count: number };

/** A thread is the same one only within its bot: two bots may both know a thread "42". */
const threadKey = (message: Message) => `${message.bot_id} ${message.thread_id}`;

/** Messages by thread: threads of the loaded messages at the left, the chosen one (or all) at the right. */
export function MessageBrowser({ botId }: { botId?: string }) {
  const [state, setState] = useQueryStates(
    { bot: parseAsString, thread: parseAsString, search: parseAsString.withDefault("") },
    { history: "replace" },
  );
  const search = useDebounced(state.search.trim());
  const bot = botId ?? state.bot ?? undefined;
  const all = { bot_id: bot, search: search || undefined };
  const filters = { ...all, thread_id: state.thread ?? undefined };
  useMessagesLive(all);
  useMessagesLive(filters);
  const list = useMessageList(filters);
  const overall = useMessageList(all);
  const [sending, setSending] = useState(false);
  const messages = list.data?.pages.flatMap((page) => page.messages) ?? [];
  // A search that fits little comes back short with more to look through: go on until there is something to show.
  const { hasNextPage, isFetching, fetchNextPage } = list;
  const looking = messages.length < ENOUGH && hasNextPage && (list.data?.pages.length ?? 0) < MAX_ASKS;
  useEffect(() => {
    if (looking && !isFetching) void fetchNextPage();
  }, [looking, isFetching, fetchNextPage]);
  const threads = useMemo(() => threadsOf(overall.data?.pages.flatMap((page) => page.messages) ?? []), [overall.data]);
  const names = useBotNames(
    botId ? [] : [...messages, ...threads.map((thread) => thread.last)].map((message) => message.bot_id),
  );
  const filtered = Boolean(search || state.thread || (!botId && state.bot));
  const clear = () => void setState({ bot: null, thread: null, search: null });
  const chosen = messages.find((message) => message.thread_id === state.thread);

  return (
    <>
      <search className="mb-3 flex flex-wrap items-center gap-2">
        <span className="relative min-w-40 flex-1 sm:max-w-72">
          <Search className="-translate-y-1/2 absolute top-1/2 left-2.5 size-4 text-faint" aria-hidden />
          <Input
            type="search"
            aria-label="Search messages"
            placeholder="Search messages"
            className="pl-8"
            maxLength={200}
            value={state.search}
            onChange={(event) => void setState({ search: event.target.value || null })}
          />
        </span>
        {botId ? null : (
          <BotPicker
            label="Bot"
            className="w-56"
            value={state.bot}
            placeholder="Any bot"
            onChange={(bot) => void setState({ bot, thread: null })}
          />
        )}
        {filtered ? (
          <Button variant="ghost" onClick={clear}>
            <X aria-hidden /> Clear
          </Button>
        ) : null}
        <Button variant="primary" className="ml-auto" onClick={() => setSending(true)}>
          <PenLine aria-hidden /> Send message
        </Button>
      </search>
      {list.isPending || (looking && messages.length === 0) ? (
        <div className="rounded-md border border-line bg-panel">
          <SkeletonRows rows={12} columns={3} />
        </div>
      ) : list.error && !list.data ? (
        <ErrorState
          title="Messages could not be loaded"
          message={errorText(list.error)}
          onRetry={() => list.refetch()}
        />
      ) : messages.length === 0 ? (
        <div className="rounded-md border border-line bg-panel">
          {filtered ? (
            <EmptyState
              title="No messages match"
              description="Change or clear the filters to see more messages."
              filterHint={{ onClear: clear }}
            />
          ) : (
            <EmptyState
              title="No messages yet"
              description="Chat messages that bots send to /api/bot/{bot_id}/messages appear here."
              docs={{ href: "/docs", label: "How bots store messages" }}
            />
          )}
        </div>
      ) : (
        <div className="grid items-start gap-3 md:grid-cols-[16rem_minmax(0,1fr)]">
          <nav
            aria-label="Threads"
            className="max-h-48 overflow-y-auto rounded-md border border-line bg-panel md:max-h-[calc(100dvh-15rem)]"
          >
            <ThreadItem label="All threads" active={!state.thread} onClick={() => void setState({ thread: null })} />
            {threads.map((thread) => (
              <ThreadItem
                key={thread.key}
                label={thread.last.thread_type === "USER" ? thread.last.author_name : thread.last.thread_id}
                thread={thread}
                botName={botId ? undefined : (names.get(thread.last.bot_id) ?? thread.last.bot_id)}
                active={state.thread === thread.last.thread_id && (!bot || bot === thread.last.bot_id)}
                onClick={() =>
                  void setState({ thread: thread.last.thread_id, ...(botId ? {} : { bot: thread.last.bot_id }) })
                }
              />
            ))}
          </nav>
          <MessageList
            messages={messages}
            names={names}
            showBot={!bot}
            showThread={!state.thread}
            more={list.hasNextPage ? { loading: list.isFetchingNextPage, load: () => void list.fetchNextPage() } : null}
          />
        </div>
      )}
      <SendDialog
        open={sending}
        onOpenChange={setSending}
        initial={{
          bot_id: bot ?? chosen?.bot_id,
          thread_id: state.thread ?? undefined,
          thread_type: chosen?.thread_type,
        }}
        fixedBot={botId !== undefined}
      />
    </>
  );
}

function threadsOf(messages: Message[]): Thread[] {
  const threads = new Map<string, Thread>();
  for (const message of messages) {
    const known = threads.get(threadKey(message));
    if (known) known.count++;
    else threads.set(threadKey(message), { key: threadKey(message), last: message, count: 1 });
  }
  return [...threads.values()];
}

function ThreadItem({
  label,
  thread,
  botName,
  active,
  onClick,
}: {
  label: string;
  thread?: Thread;
  botName?: string;
  active: boolean;
  onClick: () => void;
}) {
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
