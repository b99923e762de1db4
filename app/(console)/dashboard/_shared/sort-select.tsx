import { Select } from "@/app/_ui/input";
import type { BotSort } from "@/lib/fleet/bots/contract.constants";
import { SORT_LABELS } from "./sort-labels";

type SortSelectProps = { value: BotSort; onChange: (sort: BotSort) => void };

/** Chooses the order of a list of bots. */
export const SortSelect = ({ value, onChange }: SortSelectProps) => (
  <Select
    aria-label="Sort by"
    className="w-44"
    value={value}
    onChange={(event) => onChange(event.target.value as BotSort)}
  >
    {Object.entries(SORT_LABELS).map(([sort, label]) => (
      <option key={sort} value={sort}>
        Sort: {label}
      </option>
    ))}
  </Select>
);
