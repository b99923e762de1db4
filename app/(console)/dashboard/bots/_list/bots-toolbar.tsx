"use client";
import { ListChecks, SlidersHorizontal, X } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { Select } from "@/app/_ui/input";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Menu } from "@/app/_ui/menu";
import { SearchInput } from "@/app/_ui/search-input";
import { SortSelect } from "../../_shared/sort-select";
import { ViewsButtons } from "../../_shared/views/views-buttons";
import type { Display } from "./display";
import type { useBotFilters } from "./filters";

/** Shown when the server has counted the properties of the bots. */
const PropertyFilters = lazyPart(() => import("./property-filters").then((part) => part.PropertyFilters));
const DisplayItems = lazyPart(() => import("./display-menu").then((part) => part.DisplayItems));

type ToolbarProps = {
  userId: number;
  filter: ReturnType<typeof useBotFilters>;
  display: Display;
  selecting: boolean;
  /** Absent while there is no bot to select. */
  onSelecting?: () => void;
};

/** The search, the filters and the order of the list, its views, and the button for select mode. */
export function BotsToolbar({ userId, filter, display, selecting, onSelecting }: ToolbarProps) {
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
        <Menu
          trigger={
            <Button onPointerEnter={DisplayItems.preload} onFocus={DisplayItems.preload}>
              <SlidersHorizontal aria-hidden /> <span className="max-sm:sr-only">Display</span>
            </Button>
          }
        >
          <DisplayItems
            display={display}
            filters={filter.filters}
            isTiles={state.as === "tiles"}
            onTiles={(on) => void setState({ as: on ? "tiles" : null })}
          />
        </Menu>
        <Button aria-pressed={selecting} disabled={!onSelecting} onClick={onSelecting}>
          <ListChecks aria-hidden /> <span className="max-sm:sr-only">Select bots</span>
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
        <SortSelect value={state.sort} onChange={(sort) => void setState({ sort })} />
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
