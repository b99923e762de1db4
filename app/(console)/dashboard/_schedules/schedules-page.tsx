"use client";
import { CalendarClock, Plus, X } from "lucide-react";
import {
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from "@/app/_ui/address-state";
import { Button } from "@/app/_ui/button";
import { EmptyState } from "@/app/_ui/empty-state";
import { Select } from "@/app/_ui/input";
import { lazyPart } from "@/app/_ui/lazy-part";
import { PageHeader } from "@/app/_ui/page-header";
import { SearchInput } from "@/app/_ui/search-input";
import { useDebounced } from "@/app/_ui/use-debounced";
import type { Team } from "@/lib/identity/teams/contract";
import { useOwnTeams } from "@/lib/identity/teams/queries.own";
import { useScheduleList } from "@/lib/operations/schedules/queries";
import { OwnerFilter } from "../_shared/owner-select";
import { EXAMPLES } from "./examples";
import { ScheduleList } from "./schedule-list";

const SchedulePanel = lazyPart(() => import("./schedule-panel").then((part) => part.SchedulePanel));
const ScheduleDialog = lazyPart(() => import("./schedule-dialog"));
const STATES = ["active", "paused", "stopped"] as const;

/** The filters, the open schedule and the form, kept in the address (`?state=&owner=&search=&schedule=&new=&edit=`). */
function useScheduleAddress() {
  const [state, set] = useQueryStates(
    {
      state: parseAsStringLiteral(STATES),
      owner: parseAsInteger,
      search: parseAsString.withDefault(""),
      schedule: parseAsString,
      /** The form for a new schedule is open; the name of an example fills it in. */
      new: parseAsString,
      edit: parseAsBoolean.withDefault(false),
    },
    { history: "replace" },
  );
  return { state, set };
}

/** Commands that are sent again and again: the list, the details of one, and the form. */
export function SchedulesPage() {
  const address = useScheduleAddress();
  const { state, set } = address;
  const teams = useOwnTeams().filter(({ personal }) => !personal);
  const search = useDebounced(state.search.trim());
  const list = useScheduleList({
    ...{ state: state.state ?? undefined, search: search || undefined },
    team_id: state.owner === null ? undefined : String(state.owner),
  });
  const isFiltered = Boolean(state.state || search || state.owner !== null);
  const clear = () => void set({ state: null, owner: null, search: null });
  const create = (example = "1") => void set({ new: example, schedule: null });
  return (
    <>
      <PageHeader
        title="Schedules"
        description="Commands that are sent to bots again and again, by the clock."
        actions={
          <Button
            variant="primary"
            onPointerEnter={ScheduleDialog.preload}
            onFocus={ScheduleDialog.preload}
            onClick={() => create()}
          >
            <Plus aria-hidden /> New schedule
          </Button>
        }
      />
      <Filters address={address} teams={teams} onClear={isFiltered ? clear : undefined} />
      <div className="rounded-md border border-line bg-panel">
        <ScheduleList
          list={list}
          teamName={(id) => teams.find((team) => team.id === id)?.name}
          open={state.schedule}
          onOpen={(schedule) => void set({ schedule })}
          empty={isFiltered ? <NoMatch onClear={clear} /> : <NoSchedules onCreate={create} />}
        />
      </div>
      {state.schedule === null ? null : (
        <SchedulePanel
          key={state.schedule}
          id={state.schedule}
          isEditing={state.edit}
          onEdit={(edit) => void set({ edit: edit || null })}
          onClose={() => void set({ schedule: null, edit: null })}
        />
      )}
      {state.new === null ? null : (
        <ScheduleDialog
          initial={EXAMPLES.find(({ id }) => id === state.new)?.draft}
          onSaved={(schedule) => void set({ new: null, schedule })}
          onClose={() => void set({ new: null })}
        />
      )}
    </>
  );
}

type FiltersProps = {
  address: ReturnType<typeof useScheduleAddress>;
  teams: readonly Team[];
  /** Set while filters are in use. */
  onClear: (() => void) | undefined;
};

function Filters({ address: { state, set }, teams, onClear }: FiltersProps) {
  return (
    <search className="mb-3 flex flex-wrap items-center gap-2">
      <SearchInput
        aria-label="Search schedules"
        placeholder="Search by name"
        boxClassName="w-full sm:w-60"
        maxLength={80}
        value={state.search}
        onText={(text) => void set({ search: text || null })}
      />
      <Select
        aria-label="State"
        className="min-w-32 flex-1 sm:w-40 sm:flex-none"
        value={state.state ?? ""}
        onChange={(event) => void set({ state: (event.target.value || null) as (typeof STATES)[number] | null })}
      >
        <option value="">Any state</option>
        {STATES.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </Select>
      <OwnerFilter
        teams={teams}
        value={state.owner ?? undefined}
        onChange={(team) => void set({ owner: team ?? null })}
      />
      {onClear ? (
        <Button variant="ghost" onClick={onClear}>
          <X aria-hidden /> Clear
        </Button>
      ) : null}
    </search>
  );
}

const NoMatch = ({ onClear }: { onClear: () => void }) => (
  <EmptyState
    title="No schedules match"
    description="Change or clear the filters to see more schedules."
    filterHint={{ onClear }}
  />
);

function NoSchedules({ onCreate }: { onCreate: (example?: string) => void }) {
  return (
    <EmptyState
      icon={<CalendarClock />}
      title="No schedules yet"
      description="A schedule sends a command to bots at set times. Start from an example, or create your own."
      action={EXAMPLES.map(({ id, label }) => (
        <Button key={id} onClick={() => onCreate(id)}>
          {label}
        </Button>
      ))}
      docs={{ href: "/docs/schedules", label: "How schedules work" }}
    />
  );
}
