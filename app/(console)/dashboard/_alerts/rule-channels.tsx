"use client";
import { Checkbox } from "@/app/_ui/checkbox";
import { useChannels } from "@/lib/operations/alerts/queries";
import type { RuleDraft } from "./use-rule-draft";

/**
 * Chooses the channels that a rule notifies at once and when it escalates, among those of its owner. Renders nothing if the
 * owner has none.
 */
export function RuleChannels({ draft, set, owner }: Pick<RuleDraft, "draft" | "set"> & { owner: number }) {
  const isGlobal = draft.scope === "all";
  const { data } = useChannels({ team_id: isGlobal ? undefined : owner });
  const channels = (data?.channels ?? []).filter((one) => one.global === isGlobal);
  if (channels.length === 0) return null;
  const options = channels.map((one): [string, string] => [one.channel_id, one.name]);
  const pick = (field: "channels" | "escalation_channels") => (id: string, on: boolean) =>
    set({ [field]: on ? [...draft[field], id] : draft[field].filter((one) => one !== id) });
  return (
    <>
      <Picks
        legend="Send to (select none to use every channel that is not for escalation)"
        options={options}
        picked={draft.channels}
        onPick={pick("channels")}
      />
      {draft.escalate_after_m === undefined ? null : (
        <Picks
          legend="When escalated, also send to"
          options={options}
          picked={draft.escalation_channels}
          onPick={pick("escalation_channels")}
        />
      )}
    </>
  );
}

type PicksProps = {
  legend: string;
  options: [string, string][];
  picked: string[];
  onPick: (id: string, on: boolean) => void;
};

function Picks({ legend, options, picked, onPick }: PicksProps) {
  return (
    <fieldset className="sm:col-span-2">
      <legend className="mb-1 font-medium text-[13px]">{legend}</legend>
      <div className="max-h-36 space-y-1 overflow-y-auto rounded-md border border-line p-2">
        {options.map(([id, name]) => (
          // biome-ignore lint/a11y/noLabelWithoutControl: the checkbox is inside
          <label key={id} className="flex items-center gap-2 text-sm">
            <Checkbox checked={picked.includes(id)} onCheckedChange={(on) => onPick(id, on === true)} />
            <span className="truncate">{name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
