"use client";
import { useState } from "react";
import { Checkbox } from "@/app/_ui/checkbox";
import { Field, Textarea } from "@/app/_ui/input";
import { BotsPicker } from "@/app/(console)/dashboard/_shared/bots-picker";
import { TagField } from "@/app/(console)/dashboard/_shared/tag-field";
import type { Area } from "@/lib/core/contract.areas";
import { TAG_LENGTH_MAX } from "@/lib/core/contract.tag-keys";
import { tagsIn } from "@/lib/fleet/bots/queries.tags";
import { KEY_TAGS_MAX } from "@/lib/identity/accounts/credentials/contract.constants";

type AreasFieldProps = {
  /** The areas to choose from. */
  areas: readonly Area[];
  value: readonly Area[];
  onChange: (areas: Area[]) => void;
  error: string | undefined;
};

/** Lets a person choose the areas that a key reaches. */
export function AreasField({ areas, value, onChange, error }: AreasFieldProps) {
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium text-[13px]">Scopes</legend>
      <div className="grid max-h-48 grid-cols-2 gap-x-3 gap-y-1.5 overflow-y-auto rounded-md border border-line p-2.5">
        {areas.map((area) => (
          <span key={area} className="flex items-center gap-2">
            <Checkbox
              aria-label={area}
              checked={value.includes(area)}
              onCheckedChange={(isOn) => onChange(isOn ? [...value, area] : value.filter((one) => one !== area))}
            />
            <span className="truncate font-mono text-[13px]">{area}</span>
          </span>
        ))}
      </div>
      {error ? (
        <p role="alert" className="mt-1 text-[13px] text-bad">
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}

type LimitsProps = {
  onBots: (ids: string[] | undefined) => void;
  onTags: (tags: string[] | undefined) => void;
  onRanges: (ranges: string[] | undefined) => void;
  /** The errors of the form, which are lists for fields with several values. */
  errors: { bots?: string; tags?: unknown; ip_ranges?: unknown };
};

const TAGS_ERROR = `Enter at most ${KEY_TAGS_MAX} tags, of up to ${TAG_LENGTH_MAX} characters each.`;
const RANGES_ERROR = "Enter addresses or networks, such as 192.0.2.0/24 or 2001:db8::/32.";

/** Returns the message about a whole field, or `ofValues` when single values have errors. */
const messageOf = (error: unknown, ofValues: string): string | undefined => {
  if (error === undefined) return undefined;
  const { message } = error as { message?: string };
  return message ?? ofValues;
};

/** Lets a person limit a key to bots, to tags and to networks. */
export function LimitFields({ onBots, onTags, onRanges, errors }: LimitsProps) {
  const [bots, setBots] = useState<string[]>([]);
  const [tags, setTags] = useState("");
  return (
    <details className="rounded-md border border-line px-3 py-2">
      <summary className="cursor-pointer font-medium text-[13px]">Limit to bots, tags or networks</summary>
      <div className="mt-3 space-y-4 pb-1">
        <BotsPicker
          legend="Bots (leave bots and tags empty for all)"
          value={bots}
          error={errors.bots}
          onChange={(ids) => {
            setBots(ids);
            onBots(ids.length > 0 ? ids : undefined);
          }}
        />
        <TagField
          isList
          label="Tags"
          hint="The key also reaches bots that have one of these tags, now or later. Separate tags with commas. Tags that bots report do not count."
          value={tags}
          error={messageOf(errors.tags, TAGS_ERROR)}
          onChange={(text) => {
            setTags(text);
            const list = tagsIn(text);
            onTags(list.length > 0 ? list : undefined);
          }}
        />
        <Field
          label="Addresses (leave empty for all)"
          error={messageOf(errors.ip_ranges, RANGES_ERROR)}
          hint="Addresses or networks, such as 192.0.2.0/24 or 2001:db8::/32, one per line."
        >
          <Textarea
            rows={2}
            spellCheck={false}
            onChange={(event) => {
              const ranges = event.target.value.split(/[\s,]+/).filter(Boolean);
              onRanges(ranges.length > 0 ? ranges : undefined);
            }}
          />
        </Field>
      </div>
    </details>
  );
}
