"use client";
import { CalendarClock, Send } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { EmptyState } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { PageHeader } from "@/app/_ui/page-header";
import { useBotNames } from "@/lib/fleet/bots/queries.names";
import { isFailedBy, useCommandList, useCommandsLive } from "@/lib/fleet/commands/queries";
import { CommandFilters, useCommandFilters } from "./command-filters";
import { CommandList } from "./command-list";
import { RetryFailed } from "./retry-failed";

const CommandPanel = lazyPart(() => import("./command-panel").then((part) => part.CommandPanel));
const SendDialog = lazyPart(() => import("../_composer/send-dialog"));

/** Every command the caller may see, filtered in the address (`?status=&bot=&type=`), with details beside the list. */
export function CommandsPage() {
  const [isSending, setSending] = useState(false);
  return (
    <>
      <PageHeader
        title="Commands"
        description="Commands sent to bots and their results, updated live. Total time is from creation to result."
        actions={
          <>
            <Button asChild>
              <Link href="/dashboard/schedules">
                <CalendarClock aria-hidden /> Schedules
              </Link>
            </Button>
            <Button
              variant="primary"
              onPointerEnter={SendDialog.preload}
              onFocus={SendDialog.preload}
              onClick={() => setSending(true)}
            >
              <Send aria-hidden /> Send command
            </Button>
          </>
        }
      />
      {isSending ? <SendDialog onClose={() => setSending(false)} /> : null}
      <CommandBrowser />
    </>
  );
}

/** The list of commands with filters and details. With `botId`, only the commands of that bot. */
export function CommandBrowser({ botId }: { botId?: string }) {
  useCommandsLive(botId);
  const filter = useCommandFilters(botId);
  const { state, filters, open } = filter;
  const list = useCommandList(filters);
  const shown = (list.data?.pages ?? []).flatMap((page) => page.commands);
  const names = useBotNames(shown.map((command) => command.bot_id).concat(state.bot ?? []));
  const { status: _, reason = "not_cancelled", ...others } = filters;
  return (
    <>
      <CommandFilters filter={filter} fixedBot={botId !== undefined}>
        {shown.some((command) => isFailedBy(reason, command)) ? (
          <RetryFailed filters={{ ...others, reason }} names={names} />
        ) : null}
      </CommandFilters>
      <div className="rounded-md border border-line bg-panel">
        <CommandList
          list={list}
          names={names}
          showBot={botId === undefined}
          open={state.command}
          onOpen={open}
          empty={<NoCommands onClear={filter.isFiltered ? filter.clear : undefined} />}
        />
      </div>
      {state.command === null ? null : (
        <CommandPanel id={state.command} names={names} onOpen={open} onClose={() => open(null)} />
      )}
    </>
  );
}

/** `onClear`: set when filters hide everything. */
function NoCommands({ onClear }: { onClear?: () => void }) {
  if (onClear)
    return (
      <EmptyState
        title="No commands match"
        description="Change or clear the filters to see more commands."
        filterHint={{ onClear }}
      />
    );
  return (
    <EmptyState
      title="No commands yet"
      description="Commands that people and programs send to bots appear here with their results."
      docs={{ href: "/docs/commands", label: "How to send commands" }}
    />
  );
}
