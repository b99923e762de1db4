"use client";
import { Select } from "@/app/_ui/input";
import { cutText } from "@/lib/core/format/text";
import type { BotFacets } from "@/lib/fleet/bots/contract.tags";
import { useBotFacets } from "@/lib/fleet/bots/queries.tags";
import { useOwnTeams } from "@/lib/identity/teams/queries.own";
import { PROPERTIES, type Property, type useBotFilters } from "./filters";

type Option = { value: string; label: string; count: number };
const LABELS: Record<Property, string> = {
  ...{ tag: "Tag", platform: "Platform", version: "Version", host: "Host", team: "Team" },
};
const LABEL_MAX = 40;

/** Filters by tag, platform, version, host and team, each with the number of bots. A filter without a choice is left out. */
export function PropertyFilters({ filter: { state, setState } }: { filter: ReturnType<typeof useBotFilters> }) {
  const { data } = useBotFacets();
  const teams = useOwnTeams();
  return PROPERTIES.map((name) => {
    const options = data ? optionsOf(name, data, teams) : [];
    const chosen = state[name] ?? "";
    const isListed = options.some(({ value }) => value === chosen);
    // Every bot of a person without teams is in the personal one, so that there is nothing to choose.
    if (!chosen && options.length < (name === "team" ? 2 : 1)) return null;
    return (
      <Select
        key={name}
        aria-label={LABELS[name]}
        className="w-36"
        value={chosen}
        onChange={(event) => void setState({ [name]: event.target.value || null })}
      >
        <option value="">Any {LABELS[name].toLowerCase()}</option>
        {chosen && !isListed ? <option value={chosen}>{cutText(chosen, LABEL_MAX)}</option> : null}
        {options.map(({ value, label, count }) => (
          <option key={value} value={value}>
            {cutText(label, LABEL_MAX)} ({count})
          </option>
        ))}
      </Select>
    );
  });
}

function optionsOf(name: Property, facets: BotFacets, teams: readonly { id: number; name: string }[]): Option[] {
  if (name !== "team") return facets[`${name}s`].map(({ value, count }) => ({ value, label: value, count }));
  const names = new Map(teams.map((team) => [team.id, team.name]));
  return facets.teams.flatMap(({ id, count }) => {
    const label = names.get(id);
    return label === undefined ? [] : [{ value: String(id), label, count }];
  });
}
