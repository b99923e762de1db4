"use client";
import { useId } from "react";
import { Field, Input } from "@/app/_ui/input";
import { useBotFacets } from "@/lib/fleet/bots/queries.tags";

type TagFieldProps = {
  label: string;
  hint: string;
  value: string;
  onChange: (text: string) => void;
  error: string | undefined;
  /** Takes several tags with commas between them. */
  isList?: boolean;
};

/** An input for a tag, or for several, that suggests the tags of the bots that the person can see. */
export function TagField({ label, hint, value, onChange, error, isList = false }: TagFieldProps) {
  const list = useId();
  const { data } = useBotFacets();
  const comma = isList ? value.lastIndexOf(",") : -1;
  // A suggestion replaces the whole text, so it repeats the tags before the one that is being typed.
  const before = comma < 0 ? "" : `${value.slice(0, comma + 1)} `;
  return (
    <Field label={label} error={error} hint={hint}>
      <Input
        list={list}
        autoComplete="off"
        placeholder={isList ? "production, night" : "production"}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={list}>
        {data?.tags.map((tag) => (
          <option key={tag.value} value={before + tag.value} />
        ))}
      </datalist>
    </Field>
  );
}
