"use client";
import { PenLine, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { EmptyState } from "@/app/_ui/empty-state";
import { QueryState } from "@/app/_ui/query-state";
import { SearchInput } from "@/app/_ui/search-input";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { useBotNames } from "@/lib/fleet/bots/queries.names";
import { BotPicker } from "../_shared/bot-picker";
import { MessageList } from "./message-list";
import { SendDialog } from "./send-dialog";
import { ThreadList } from "./thread-list";
import { type MessageFilterState, useMessageFilters, useMessages } from "./use-messages";

/**
 * Messages by thread: the threads of the loaded messages at the left, the messages of the chosen thread (or all) at the
 * right.
 */
export function MessageBrowser({ botId }: { botId?: string }) {
  const filter = useMessageFilters(botId);
  const { state, bot } = filter;
  const { list, messages, threads, found } = useMessages(filter);
  const [sending, setSending] = useState(false);
  const names = useBotNames(
    botId ? [] : [...messages, ...threads.map((thread) => thread.last)].map((message) => message.bot_id),
  );
  const chosen = messages.find((message) => message.thread_id === state.thread);
  const fixedBot = botId !== undefined;
  return (
    <>
      <Toolbar filter={filter} fixedBot={fixedBot} onSend={() => setSending(true)} />
      <QueryState
        query={list}
        data={found}
        failure="Messages could not be loaded"
        loading={
          <div className="rounded-md border border-line bg-panel">
            <SkeletonRows rows={12} columns={3} />
          </div>
        }
        empty={<NoMessages onClear={filter.isFiltered ? filter.clear : undefined} />}
      >
        {(rows) => (
          <div className="grid items-start gap-3 md:grid-cols-[16rem_minmax(0,1fr)]">
            <ThreadList threads={threads} filter={filter} names={names} fixedBot={fixedBot} />
            <MessageList
              messages={rows}
              names={names}
              showBot={!bot}
              showThread={!state.thread}
              more={
                list.hasNextPage ? { loading: list.isFetchingNextPage, load: () => void list.fetchNextPage() } : null
              }
            />
          </div>
        )}
      </QueryState>
      <SendDialog
        open={sending}
        onOpenChange={setSending}
        initial={{
          bot_id: bot ?? chosen?.bot_id,
          thread_id: state.thread ?? undefined,
          thread_type: chosen?.thread_type,
        }}
        fixedBot={fixedBot}
      />
    </>
  );
}

type ToolbarProps = { filter: MessageFilterState; fixedBot: boolean; onSend: () => void };

function Toolbar({ filter: { state, set, isFiltered, clear }, fixedBot, onSend }: ToolbarProps) {
  return (
    <search className="mb-3 flex flex-wrap items-center gap-2">
      <SearchInput
        boxClassName="min-w-40 flex-1 sm:max-w-72"
        aria-label="Search messages"
        placeholder="Search messages"
        maxLength={200}
        value={state.search}
        onText={(search) => void set({ search: search || null })}
      />
      {fixedBot ? null : (
        <BotPicker
          label="Bot"
          className="w-56"
          value={state.bot}
          placeholder="Any bot"
          onChange={(bot) => void set({ bot, thread: null })}
        />
      )}
      {isFiltered ? (
        <Button variant="ghost" onClick={clear}>
          <X aria-hidden /> Clear
        </Button>
      ) : null}
      <Button variant="primary" className="ml-auto" onClick={onSend}>
        <PenLine aria-hidden /> Send message
      </Button>
    </search>
  );
}

/** `onClear`: set when filters hide everything. */
function NoMessages({ onClear }: { onClear?: () => void }) {
  return (
    <div className="rounded-md border border-line bg-panel">
      {onClear ? (
        <EmptyState
          title="No messages match"
          description="Change or clear the filters to see more messages."
          filterHint={{ onClear }}
        />
      ) : (
        <EmptyState
          title="No messages yet"
          description="Chat messages that bots send to /api/bot/{bot_id}/messages appear here."
          docs={{ href: "/docs/api/logs-and-messages", label: "How bots store messages" }}
        />
      )}
    </div>
  );
}
