"use client";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "@/app/_ui/address-state";
import { Button } from "@/app/_ui/button";
import { Input, Select } from "@/app/_ui/input";
import { useDebounced } from "@/app/_ui/use-debounced";
import type { CommandFilters as Filters } from "@/lib/fleet/commands/queries";
import { BotPicker } from "../_shared/bot-picker";

const STATUSES = ["pending", "completed", "failure", "failed", "expired", "dead", "cancelled"] as const;
type Status = (typeof STATUSES)[number];
const LABELS: Record<Status, string> = {
  pending: "pending",
  completed: "done",
  failure: "any failure",
  failed: "failed",
  expired: "expired",
  dead: "undeliverable",
  cancelled: "cancelled",
};

/** Commands that ended without being done, by choice of the status filter; the API gives all of them the status failed. */
const REASONS = {
  failure: "not_cancelled",
  failed: "reported",
  expired: "expired",
  dead: "dead",
  cancelled: "cancelled",
} as const;

/** Converts a choice of the status filter to the filters of the API. */
function chosen(status: Status | null): Pick<Filters, "status" | "reason"> {
  if (status === null || status === "pending" || status === "completed") return { status: status ?? undefined };
  return { status: "failed", reason: REASONS[status] };
}

/** The filters and the open command, kept in the address (`?status=&bot=&type=&command=`). `botId`: the page's own bot. */
export function useCommandFilters(botId: string | undefined) {
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
  return {
    state,
    set: setState,
    filters: { bot_id: botId ?? state.bot ?? undefined, ...chosen(state.status), type: type || undefined },
    isFiltered: Boolean(state.status || type || (!botId && state.bot)),
    clear: () => void setState({ status: null, bot: null, type: null }),
    open: (command: string | null) => void setState({ command }),
  };
}

type FiltersProps = {
  filter: ReturnType<typeof useCommandFilters>;
  /** The page belongs to one bot, so no bot filter is shown. */
  fixedBot: boolean;
  /** Buttons that act on the filtered commands. */
  children: ReactNode;
};

export function CommandFilters({ filter: { state, set, isFiltered, clear }, fixedBot, children }: FiltersProps) {
  return (
    <search className="mb-3 flex flex-wrap items-center gap-2">
      <Select
        aria-label="Status"
        className="min-w-32 flex-1 sm:w-40 sm:flex-none"
        value={state.status ?? ""}
        onChange={(event) => void set({ status: (event.target.value || null) as Status | null })}
      >
        <option value="">Any status</option>
        {STATUSES.map((status) => (
          <option key={status} value={status}>
            {LABELS[status]}
          </option>
        ))}
      </Select>
      {fixedBot ? null : (
        <BotPicker
          label="Bot"
          className="min-w-32 flex-1 sm:w-56 sm:flex-none"
          value={state.bot}
          placeholder="Any bot"
          onChange={(bot) => void set({ bot })}
        />
      )}
      <Input
        type="search"
        aria-label="Command type"
        placeholder="Type, e.g. send_message"
        className="w-full font-mono text-[13px] sm:w-60"
        maxLength={64}
        value={state.type}
        onChange={(event) => void set({ type: event.target.value || null })}
      />
      {isFiltered ? (
        <Button variant="ghost" onClick={clear}>
          <X aria-hidden /> Clear
        </Button>
      ) : null}
      {children}
    </search>
  );
}
