"use client";
import { ArrowUp, Plus, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { same } from "@/app/_shell/merge";
import { Button } from "@/app/_ui/button";
import { Checkbox } from "@/app/_ui/checkbox";
import { Input } from "@/app/_ui/input";

/**
 * Keeps the rows while they are edited, including empty ones, and converts them to the list's value. A value from
 * outside, such as a reset or another person's save, replaces the rows.
 */
function useRows<R, V>(value: V, toRows: (value: V) => R[], toValue: (rows: R[]) => V, onChange: (value: V) => void) {
  const [rows, setRows] = useState(() => toRows(value));
  const shown = same(toValue(rows), value) ? rows : toRows(value);
  useEffect(() => {
    if (shown !== rows) setRows(shown);
  }, [shown, rows]);
  const set = (next: R[]) => {
    setRows(next);
    onChange(toValue(next));
  };
  return { rows: shown, set };
}

/** Focuses the last input of a list after a row was added. */
function useFocusLast(count: number) {
  const place = useRef<HTMLDivElement>(null);
  const wanted = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new row is what it waits for
  useEffect(() => {
    if (!wanted.current) return;
    wanted.current = false;
    [...(place.current?.querySelectorAll("[data-row]") ?? [])].at(-1)?.querySelector("input")?.focus();
  }, [count]);
  const focusNext = () => {
    wanted.current = true;
  };
  return { place, focusNext };
}

export type Common = { labelledBy: string; describedBy?: string; label: string; invalid: boolean; max?: number };

function RemoveButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button variant="ghost" icon aria-label={label} onClick={onClick}>
      <X />
    </Button>
  );
}

function AddButton({ children, disabled, onClick }: { children: ReactNode; disabled: boolean; onClick: () => void }) {
  return (
    <Button size="sm" disabled={disabled} onClick={onClick}>
      <Plus />
      {children}
    </Button>
  );
}

/** Edits a list of short texts. Enter adds a row; pasting several lines adds a row for each. */
export function TextList(props: Common & { value: string[]; onChange: (value: string[]) => void; numeric?: boolean }) {
  const { value, onChange, label, max = Number.POSITIVE_INFINITY, numeric } = props;
  const { rows, set } = useRows(
    value,
    (all) => [...all],
    (all) => all.filter((one) => one !== ""),
    onChange,
  );
  const { place, focusNext } = useFocusLast(rows.length);
  const add = () => {
    if (rows.length >= max || rows.at(-1) === "") return;
    focusNext();
    set([...rows, ""]);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be named by text outside it
    <div
      ref={place}
      role="group"
      aria-labelledby={props.labelledBy}
      aria-describedby={props.describedBy}
      className="space-y-1.5"
    >
      {rows.map((row, at) => (
        <div key={at} data-row className="flex gap-1.5">
          <Input
            aria-label={`${label}, entry ${at + 1}`}
            aria-invalid={props.invalid || undefined}
            inputMode={numeric ? "numeric" : undefined}
            className={numeric ? "font-mono text-[13px]" : undefined}
            value={row}
            onChange={(event) => set(rows.with(at, event.target.value))}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
              event.preventDefault();
              add();
            }}
            onPaste={(event) => {
              const lines = event.clipboardData
                .getData("text")
                .split(/\r?\n/)
                .map((line) => line.trim())
                .filter(Boolean);
              if (lines.length < 2) return;
              event.preventDefault();
              set([...rows.slice(0, at), ...(row ? [row] : []), ...lines, ...rows.slice(at + 1)].slice(0, max));
            }}
          />
          <RemoveButton label={`Remove ${row || `entry ${at + 1}`}`} onClick={() => set(rows.toSpliced(at, 1))} />
        </div>
      ))}
      <AddButton disabled={rows.length >= max} onClick={add}>
        Add
      </AddButton>
    </div>
  );
}

/** Edits pairs of a name and an id or a number. */
export function NamedList(
  props: Common & {
    kind: "id" | "number";
    value: Record<string, string>;
    onChange: (value: Record<string, string>) => void;
  },
) {
  const { kind, value, onChange, label, max = Number.POSITIVE_INFINITY } = props;
  const { rows, set } = useRows<[string, string], Record<string, string>>(
    value,
    (all) => Object.entries(all),
    (all) => Object.fromEntries(all.filter(([name, id]) => name !== "" || id !== "")),
    onChange,
  );
  const { place, focusNext } = useFocusLast(rows.length);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be named by text outside it
    <div
      ref={place}
      role="group"
      aria-labelledby={props.labelledBy}
      aria-describedby={props.describedBy}
      className="space-y-1.5"
    >
      {rows.map(([name, id], at) => (
        <div key={at} className="flex gap-1.5">
          <span data-row className="min-w-0 flex-1">
            <Input
              aria-label={`${label}, name ${at + 1}`}
              aria-invalid={props.invalid || undefined}
              placeholder="Name"
              value={name}
              onChange={(event) => set(rows.with(at, [event.target.value, id]))}
            />
          </span>
          <span className="min-w-0 flex-1">
            <Input
              aria-label={`${label}, ${kind} ${at + 1}`}
              aria-invalid={props.invalid || undefined}
              inputMode="numeric"
              className="font-mono text-[13px]"
              placeholder={kind === "id" ? "ID" : "Number"}
              value={id}
              onChange={(event) => set(rows.with(at, [name, event.target.value]))}
            />
          </span>
          <RemoveButton label={`Remove ${name || `entry ${at + 1}`}`} onClick={() => set(rows.toSpliced(at, 1))} />
        </div>
      ))}
      <AddButton
        disabled={rows.length >= max || rows.at(-1)?.join("") === ""}
        onClick={() => {
          focusNext();
          set([...rows, ["", ""]]);
        }}
      >
        Add
      </AddButton>
    </div>
  );
}

/** Checkboxes that choose some of a fixed set of words. */
export function WordSet(props: Common & { value: string[]; options: string[]; onChange: (value: string[]) => void }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be named by text outside it
    <div
      role="group"
      aria-labelledby={props.labelledBy}
      aria-describedby={props.describedBy}
      className="flex flex-wrap gap-4 py-1.5"
    >
      {props.options.map((option) => (
        // biome-ignore lint/a11y/noLabelWithoutControl: it wraps the checkbox
        <label key={option} className="flex items-center gap-2 text-sm capitalize">
          <Checkbox
            checked={props.value.includes(option)}
            onCheckedChange={(on) =>
              props.onChange(props.options.filter((one) => (one === option ? on === true : props.value.includes(one))))
            }
          />
          {option}
        </label>
      ))}
    </div>
  );
}

type Item = Record<string, unknown>;
/** Edits a list of objects that have several fields; `fields` renders the fields of one object. */
export function ItemList(
  props: Common & {
    value: Item[];
    onChange: (value: Item[]) => void;
    blank: Item;
    fields: (item: Item, set: (item: Item) => void) => ReactNode;
  },
) {
  const { value, onChange, label, max = Number.POSITIVE_INFINITY } = props;
  const { place, focusNext } = useFocusLast(value.length);
  const add = () => {
    focusNext();
    onChange([...value, { ...props.blank }]);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be named by text outside it
    <div
      ref={place}
      role="group"
      aria-labelledby={props.labelledBy}
      aria-describedby={props.describedBy}
      className="space-y-3"
    >
      {value.map((item, at) => {
        const name = typeof item.name === "string" && item.name ? item.name : `entry ${at + 1}`;
        return (
          <section key={at} data-row aria-label={`${label}: ${name}`} className="rounded-md border border-line">
            <header className="flex items-center justify-between gap-2 border-line border-b bg-raised px-3 py-1">
              <span className="truncate font-medium text-[13px]">{name}</span>
              <span className="flex">
                <Button
                  variant="ghost"
                  size="sm"
                  icon
                  aria-label={`Move ${name} up`}
                  disabled={at === 0}
                  onClick={() => onChange(value.with(at, value[at - 1]!).with(at - 1, item))}
                >
                  <ArrowUp />
                </Button>
                <Button
                  variant="ghost"
                  size="sm"
                  icon
                  aria-label={`Remove ${name}`}
                  onClick={() => onChange(value.toSpliced(at, 1))}
                >
                  <X />
                </Button>
              </span>
            </header>
            <div className="space-y-3 p-3">{props.fields(item, (next) => onChange(value.with(at, next)))}</div>
          </section>
        );
      })}
      <AddButton disabled={value.length >= max} onClick={add}>
        Add
      </AddButton>
    </div>
  );
}
