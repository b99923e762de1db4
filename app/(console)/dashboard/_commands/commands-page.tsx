"use client";
import { X } from "lucide-react";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { Button } from "@/app/_ui/button";
import { EmptyState } from "@/app/_ui/empty-state";
import { Input, Select } from "@/app/_ui/input";
import { PageHeader } from "@/app/_ui/page-header";
import { useBotNames } from "@/lib/fleet/bots/queries";
import { useCommandList, useCommandsLive } from "@/lib/fleet/commands/queries";
import { BotPicker } from "../_shared/bot-picker";
import { useDebounced } from "../_shared/hooks";
import { CommandList } from "./command-list";
import { CommandPanel } from "./command-panel";
import { RetryFailed } from "./retry-failed";

const STATUSES = ["pending", "completed", "failed", "cancelled", "expired", "dead"] as const;
const LABELS: Record<(typeof STATUSES)[number], string> = {
  pending: "pending",
  completed: "done",
  failed: "failed",
  cancelled: "cancelled",
  expired: "expired",
  dead: "undeliverable",
};

/** A choice of the status filter as the API takes it: the last three are reasons why a command failed. */
const chosen = (status: (typeof STATUSES)[number] | null) =>
  status === "cancelled" || status === "expired" || status === "dead"
    ? ({ status: "failed", reason: status } as const)
    : { status: status ?? undefined, reason: undefined };

/** Every command the caller may see, filtered in the address (`?status=&bot=&type=`), with details beside the list. */
export function CommandsPage() {
  return (
    <>
      <PageHeader title="Commands" description="Commands sent to bots and their results, updated live." />
      <CommandBrowser />
    </>
  );
}

/** List, filters and details; of one bot when `botId` is given. */
export function CommandBrowser({ botId }: { botId?: string }) {
  useCommandsLive(botId);
  const [state, setState] = useQueryStates(
    {
      status: parseAsStringLiteral(STATUSES),
      bot: parseAsString,
      type: parseAsString.withDefault(""),
      command: parseAsString,
    },
    { history: "replace" },
  );
  const type = useDebounced(state.type.trim());
  const list = useCommandList({
    bot_id: botId ?? state.bot ?? undefined,
    ...chosen(state.status),
    type: type || undefined,
  });
  const names = useBotNames(
    (list.data?.pages ?? []).flatMap((page) => page.commands.map((command) => command.bot_id)).concat(state.bot ?? []),
  );
  const filtered = Boolean(state.status || type || (!botId && state.bot));
  const failures =
    state.status !== "pending" &&
    state.status !== "completed" &&
    list.data?.pages.some((page) => page.commands.some((command) => command.status === "failed"));
  const clear = () => void setState({ status: null, bot: null, type: null });
  return (
    <>
      <search className="mb-3 flex flex-wrap items-center gap-2">
        <Select
          aria-label="Status"
          className="min-w-32 flex-1 sm:w-40 sm:flex-none"
          value={state.status ?? ""}
          onChange={(event) =>
            void setState({ status: (event.target.value || null) as (typeof STATUSES)[number] | null })
          }
        >
          <option value="">Any status</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {LABELS[status]}
            </option>
          ))}
        </Select>
        {botId ? null : (
          <BotPicker
            label="Bot"
            className="min-w-32 flex-1 sm:w-56 sm:flex-none"
            value={state.bot}
            placeholder="Any bot"
            onChange={(bot) => void setState({ bot })}
          />
        )}
        <Input
          type="search"
          aria-label="Command type"
          placeholder="Type, e.g. send_message"
          className="w-full font-mono text-[13px] sm:w-60"
          maxLength={64}
          value={state.type}
          onChange={(event) => void setState({ type: event.target.value || null })}
        />
        {filtered ? (
          <Button variant="ghost" onClick={clear}>
            <X aria-hidden /> Clear
          </Button>
        ) : null}
        {failures ? (
          <RetryFailed
            filters={{
              bot_id: botId ?? state.bot ?? undefined,
              type: type || undefined,
              reason: chosen(state.status).reason,
            }}
            names={names}
          />
        ) : null}
      </search>
      <div className="rounded-md border border-line bg-panel">
        <CommandList
          list={list}
          names={names}
          showBot={botId === undefined}
          open={state.command}
          onOpen={(id) => void setState({ command: id })}
          empty={
            filtered ? (
              <EmptyState
                title="No commands match"
                description="Change or clear the filters to see more commands."
                filterHint={{ onClear: clear }}
              />
            ) : (
              <EmptyState
                title="No commands yet"
                description="Commands that people and programs send to bots appear here with their results."
                docs={{ href: "/docs", label: "How to send commands" }}
              />
            )
          }
        />
      </div>
      <CommandPanel
        id={state.command}
        names={names}
        onOpen={(id) => void setState({ command: id })}
        onClose={() => void setState({ command: null })}
      />
    </>
  );
}
