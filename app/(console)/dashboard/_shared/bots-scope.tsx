"use client";
import { Field, Select } from "@/app/_ui/input";
import { BotsPicker } from "./bots-picker";
import { TagField } from "./tag-field";

/** The bots that something concerns: those named, those with a tag, or all when both are null. */
export type BotsScope = { bots: string[] | null; tag: string | null };
type Kind = "all" | "bots" | "tag";
type Props = {
  value: BotsScope;
  onChange: (scope: BotsScope) => void;
  errors: { bots?: string; tag?: string };
  /** Offers only the bots of this team. */
  teamId?: number;
};

/** Chooses all bots, bots with a tag, or bots one by one. */
export function BotsScopeField({ value: { bots, tag }, onChange, errors, teamId }: Props) {
  const kind: Kind = bots ? "bots" : tag === null ? "all" : "tag";
  const choose = (next: Kind) => onChange({ bots: next === "bots" ? [] : null, tag: next === "tag" ? "" : null });
  return (
    <>
      <Field label="Bots">
        <Select value={kind} onChange={(event) => choose(event.target.value as Kind)}>
          <option value="all">All bots</option>
          <option value="tag">Bots with a tag</option>
          <option value="bots">Selected bots</option>
        </Select>
      </Field>
      {bots ? (
        <BotsPicker
          legend="Selected bots"
          value={bots}
          teamId={teamId}
          onChange={(ids) => onChange({ bots: ids, tag })}
          error={errors.bots}
        />
      ) : null}
      {tag === null ? null : (
        <TagField
          label="Tag"
          hint="Bots that get the tag later are included."
          value={tag}
          onChange={(next) => onChange({ bots, tag: next })}
          error={errors.tag}
        />
      )}
    </>
  );
}

/** Says which bots something concerns, unless it is all of them. */
export function scopeText({ bots, tag }: { bots: readonly string[] | null; tag: string | null }): string | undefined {
  if (bots) return tag === null ? "selected bots" : `selected bots, tag ${tag}`;
  return tag === null ? undefined : `tag ${tag}`;
}
