"use client";
import { useState } from "react";
import { Field, Input, Select } from "@/app/_ui/input";
import { useDebounced } from "@/app/_ui/use-debounced";
import { countText } from "@/lib/core/format/units";
import { BOT_PAGE_MAX } from "@/lib/fleet/bots/contract.constants";
import { type BotTarget, useBotTargets } from "@/lib/fleet/bots/queries.search";
import { useBotFacets } from "@/lib/fleet/bots/queries.tags";
import { namesText } from "../_shared/names-text";

const ANY = "";
const NONE: readonly BotTarget[] = [];

type TargetFilter = { search?: string; status?: "online" | "offline"; tag?: string; team_id?: number };

/**
 * The bots that a command goes to, chosen by a filter. The list is live until the command is sent, and fixed from then on.
 *
 * @param initial what the filter is at first; `team_id` limits it without a field, also when it changes later
 */
export function useTargets({ team_id, ...initial }: TargetFilter = {}) {
  const [text, setText] = useState(initial.search ?? "");
  const [status, setStatus] = useState<"online" | "offline" | "">(initial.status ?? ANY);
  const [tag, setTag] = useState(initial.tag ?? ANY);
  const search = useDebounced(text.trim(), 200);
  const others = { status: status || undefined, tag: tag || undefined };
  const { data, isFetching, error } = useBotTargets({
    ...{ search: search || undefined, ...others },
    ...(team_id !== undefined && { team_id: String(team_id) }),
  });
  const isCurrent = search === text.trim() && !isFetching;
  const isTooMany = data !== undefined && data.count > BOT_PAGE_MAX;
  return {
    text,
    setText,
    status,
    setStatus,
    tag,
    setTag,
    /** The filter as it is shown now. */
    filter: { ...(text.trim() && { search: text.trim() }), ...(status && { status }), ...(tag && { tag }) },
    error,
    isTooMany,
    count: data?.count,
    bots: data && !isTooMany ? data.bots : NONE,
    /** Whether `bots` are those of the filter as it is shown now. */
    isReady: isCurrent && data !== undefined && data.count > 0 && !isTooMany,
  };
}

export type Targets = ReturnType<typeof useTargets>;

/** Chooses bots by a part of their name or id, their status and a tag, and says which bots that are. */
export function TargetPicker({ targets }: { targets: Targets }) {
  const { data: facets } = useBotFacets();
  const tags = facets?.tags ?? [];
  // A stored filter may name a tag that no bot has at the moment, or several with commas.
  const isKnown = targets.tag === ANY || tags.some(({ value }) => value === targets.tag);
  const options = isKnown ? tags : [...tags, { value: targets.tag, count: targets.count ?? 0 }];
  return (
    <div className="space-y-1.5">
      <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_10rem]">
        <Field label="Bots whose name or ID contains">
          <Input
            value={targets.text}
            maxLength={100}
            placeholder="Every bot you may command"
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => targets.setText(event.target.value)}
          />
        </Field>
        <Field label="Status">
          <Select
            value={targets.status}
            onChange={(event) => targets.setStatus(event.target.value as Targets["status"])}
          >
            <option value={ANY}>Any status</option>
            <option value="online">Online</option>
            <option value="offline">Offline</option>
          </Select>
        </Field>
        {options.length > 0 ? (
          <Field label="Tag">
            <Select value={targets.tag} onChange={(event) => targets.setTag(event.target.value)}>
              <option value={ANY}>Any tag</option>
              {options.map(({ value, count }) => (
                <option key={value} value={value}>
                  {value} ({count})
                </option>
              ))}
            </Select>
          </Field>
        ) : null}
      </div>
      <p role="status" aria-label="Matching bots" className="min-h-5 break-words text-[13px] text-muted">
        {matchText(targets)}
      </p>
    </div>
  );
}

/** "3 bots match: Ada, Eve and Bob". */
function matchText({ count, bots, isTooMany, error }: Targets): string {
  if (error) return "Bots could not be loaded. Change the filter to try again.";
  if (count === undefined) return "Searching…";
  if (count === 0) return "No bots match";
  const matches = countText(count, "bot matches", "bots match");
  if (isTooMany) return `${matches}. Narrow the filter: a command goes to at most ${countText(BOT_PAGE_MAX, "bot")}.`;
  return `${matches}: ${namesText(bots.map(({ name }) => name))}`;
}
