"use client";
import { type ComponentProps, useId } from "react";
import { Checkbox } from "@/app/_ui/checkbox";
import { Input, Select, Textarea } from "@/app/_ui/input";
import { type Common, ItemList, NamedList, TextList, WordSet } from "./list-editors";
import type { FieldSchema } from "./schema";
import { inWords } from "./units";

type Props = {
  schema: FieldSchema;
  /**
   * The control's id, to which a label outside this component refers. A group is named by the label's own id,
   * `<id>-label`.
   */
  id: string;
  label: string;
  value: unknown;
  invalid: boolean;
  describedBy?: string;
  onChange: (value: unknown) => void;
};

/** The control for one field, by its schema. */
export function FieldEditor({ schema, id, label, value, invalid, describedBy, onChange }: Props) {
  const input = { id, "aria-invalid": invalid || undefined, "aria-describedby": describedBy };
  const group = { labelledBy: `${id}-label`, describedBy, label, invalid, max: schema.maxItems };
  const nullable = schema.anyOf?.some((one) => one.type === "null");
  const inner = schema.anyOf?.find((one) => one.type !== "null") ?? schema;

  if (inner.type === "boolean")
    return <Checkbox {...input} checked={value === true} onCheckedChange={(on) => onChange(on === true)} />;
  if (inner.type === "integer" || inner.type === "number")
    return (
      <span className="flex flex-wrap items-center gap-2">
        <Input
          {...input}
          type="number"
          inputMode={inner.type === "integer" ? "numeric" : "decimal"}
          min={inner.minimum}
          max={inner.maximum}
          step={inner.type === "integer" ? 1 : "any"}
          className="tnum w-32"
          value={typeof value === "number" ? value : ""}
          // An empty input is not a number: pass the empty text on, so that the field reports the error.
          onChange={(event) => onChange(event.target.value === "" ? "" : Number(event.target.value))}
        />
        <span className="text-[13px] text-muted">
          {schema.unit} <span className="text-faint">{inWords(value, schema.unit)}</span>
        </span>
      </span>
    );
  if (inner.type === "array") {
    const all = Array.isArray(value) ? value : [];
    const { items = {} } = inner;
    if (items.enum) return <WordSet {...group} value={all} options={items.enum} onChange={onChange} />;
    if (items.properties)
      return (
        <ItemList
          {...group}
          value={all}
          onChange={onChange}
          blank={{ name: "" }}
          fields={(item, set) => <ItemFields item={item} schema={items} invalid={invalid} onChange={set} />}
        />
      );
    return <TextList {...group} numeric={items.format === "discord-id"} value={all} onChange={onChange} />;
  }
  if (inner.enum) return <Choice {...input} options={inner.enum} value={String(value ?? "")} onChange={onChange} />;
  if (inner.type === "object")
    return <ObjectEditor group={group} schema={inner} value={(value ?? {}) as Values} onChange={onChange} />;

  const text = typeof value === "string" ? value : "";
  if (schema.lines)
    return (
      <Textarea
        {...input}
        rows={schema.maxLength && schema.maxLength > 2000 ? 10 : 3}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  const digits = inner.format === "discord-id";
  return (
    <Input
      {...input}
      inputMode={digits ? "numeric" : undefined}
      autoComplete="off"
      spellCheck={!digits}
      placeholder={nullable ? "not set" : undefined}
      className={digits ? "max-w-64 font-mono text-[13px]" : "max-w-md"}
      value={text}
      onChange={(event) => {
        const typed = digits ? event.target.value.trim() : event.target.value;
        onChange(nullable && typed === "" ? null : typed);
      }}
    />
  );
}

type Values = Record<string, unknown>;
type ObjectProps = {
  group: Common;
  schema: FieldSchema;
  value: Values;
  onChange: (value: Values) => void;
};
/** An object of known fields, or of names that people choose with an id or a number for each. */
function ObjectEditor({ group, schema, value, onChange }: ObjectProps) {
  if (schema.properties)
    return (
      // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be named by text outside it
      <div role="group" aria-labelledby={group.labelledBy} aria-describedby={group.describedBy} className="space-y-3">
        <ItemFields item={value} schema={schema} invalid={group.invalid} isWhole onChange={onChange} />
      </div>
    );
  const numeric = typeof schema.additionalProperties === "object" && schema.additionalProperties.type === "integer";
  return (
    <NamedList
      {...group}
      kind={numeric ? "number" : "id"}
      value={mapValues(value, String)}
      onChange={(all) => onChange(numeric ? mapValues(all, numberOf) : all)}
    />
  );
}

const mapValues = <T, R>(all: Record<string, T>, change: (value: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(all).map(([name, value]) => [name, change(value)]));
/** Keeps a text that is not a whole number, so that the field reports the error. */
const numberOf = (typed: string): number | string => (/^\d+$/.test(typed) ? Number(typed) : typed);

type ChoiceProps = Omit<ComponentProps<typeof Select>, "onChange"> & {
  options: readonly string[];
  onChange: (value: string) => void;
};

function Choice({ options, onChange, ...input }: ChoiceProps) {
  return (
    <Select {...input} className="w-full max-w-64" onChange={(event) => onChange(event.target.value)}>
      {options.map((option) => (
        <option key={option} value={option}>
          {optionText(option)}
        </option>
      ))}
    </Select>
  );
}

/** Returns the label of a choice: "everyone" becomes "Everyone". */
const optionText = (option: string) => option.charAt(0).toUpperCase() + option.slice(1).replaceAll("_", " ");

type ItemProps = {
  item: Record<string, unknown>;
  schema: FieldSchema;
  invalid: boolean;
  /** Keeps emptied fields, because a section needs all of them. An entry of a list leaves them out. */
  isWhole?: boolean;
  onChange: (item: Record<string, unknown>) => void;
};
/** The fields of one object, such as an entry of a list. Fields that this form does not know are kept, and their number is shown. */
function ItemFields({ item, schema, invalid, isWhole, onChange }: ItemProps) {
  const base = useId();
  const known = Object.entries(schema.properties ?? {});
  const others = Object.keys(item).filter((name) => !known.some(([one]) => one === name));
  return (
    <>
      {known.map(([name, its]) => {
        const id = `${base}-${name}`;
        const label = its.title ?? name;
        return (
          <div key={name} className="space-y-1">
            <label
              id={`${id}-label`}
              htmlFor={its.type === "array" ? undefined : id}
              className="block text-[13px] text-muted"
            >
              {label}
            </label>
            <FieldEditor
              schema={its}
              id={id}
              label={label}
              value={item[name]}
              invalid={invalid && (isWhole || (name === "name" && !item.name))}
              onChange={(value) => {
                const { [name]: _, ...rest } = item;
                const empty =
                  !isWhole && name !== "name" && (value === "" || (Array.isArray(value) && value.length === 0));
                onChange(empty ? rest : { ...item, [name]: value });
              }}
            />
          </div>
        );
      })}
      {others.length > 0 ? (
        <p className="text-[13px] text-faint">Not changed here: {others.map((name) => `“${name}”`).join(", ")}</p>
      ) : null}
    </>
  );
}
