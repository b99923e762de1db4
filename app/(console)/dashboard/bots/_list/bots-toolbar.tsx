"use client";
import { ListChecks, X } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { Select } from "@/app/_ui/input";
import { SearchInput } from "@/app/_ui/search-input";
import type { BotSort } from "@/lib/fleet/bots/contract.constants";
import { SORT_LABELS } from "../../_shared/sort-labels";
import { ViewsButtons } from "../../_shared/views/views-buttons";
import type { useBotFilters } from "./filters";
import { PropertyFilters } from "./property-filters";

type ToolbarProps = {
  userId: number;
  filter: ReturnType<typeof useBotFilters>;
  selecting: boolean;
  /** Absent while there is no bot to select. */
  onSelecting?: () => void;
};

/** The search, the filters and the order of the list, its views, and the button for select mode. */
export function BotsToolbar({ userId, filter, selecting, onSelecting }: ToolbarProps) {
  const { state, setState, filtered, clear } = filter;
  return (
    <search className="mb-3 flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput
          boxClassName="min-w-40 flex-1 sm:max-w-72"
          aria-label="Search bots by name or ID"
          placeholder="Search name or ID"
          value={state.search}
          maxLength={100}
          onText={(search) => void setState({ search: search || null })}
        />
        <ViewsButtons userId={userId} present={filter.present} />
        <Button aria-pressed={selecting} disabled={!onSelecting} onClick={onSelecting}>
          <ListChecks aria-hidden /> Select bots
        </Button>
      </div>
      {/* The filters by properties come later than the rest. In a row of their own they move nothing. */}
      <div className="flex flex-wrap items-center gap-2">
        <Select
          aria-label="Status"
          className="w-36"
          value={state.status ?? ""}
          onChange={(event) => void setState({ status: (event.target.value || null) as "online" | "offline" | null })}
        >
          <option value="">Any status</option>
          <option value="online">Up (not offline)</option>
          <option value="offline">Offline</option>
        </Select>
        <Select
          aria-label="Sort by"
          className="w-44"
          value={state.sort}
          onChange={(event) => void setState({ sort: event.target.value as BotSort })}
        >
          {Object.entries(SORT_LABELS).map(([value, label]) => (
            <option key={value} value={value}>
              Sort: {label}
            </option>
          ))}
        </Select>
        <PropertyFilters filter={filter} />
        {filtered ? (
          <Button variant="ghost" onClick={clear}>
            <X aria-hidden /> Clear
          </Button>
        ) : null}
      </div>
    </search>
  );
}
