"use client";
import { Search, X } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { Input } from "@/app/_ui/input";
import { useBotNames, useBotSearch } from "@/lib/fleet/bots/queries";
import { useDebounced } from "./hooks";

type BotPickerProps = {
  /** Names the field where no Field around it does. */
  label?: string;
  /** The chosen bot's id; null for none. */
  value: string | null;
  onChange: (id: string | null) => void;
  /** Shown while none is chosen: "Any bot". */
  placeholder: string;
  /** Ids that are not offered: chosen already. */
  without?: readonly string[];
  className?: string;
};

/** Chooses one bot. The server searches names and ids while the person types, so the list works with any number of bots. */
export function BotPicker({ label, value, onChange, placeholder, without = [], className }: BotPickerProps) {
  const id = useId();
  /** The search text; null while the list is closed. */
  const [text, setText] = useState<string | null>(null);
  const [marked, setMarked] = useState(0);
  const isOpen = text !== null;
  const search = useDebounced((text ?? "").trim(), 150);
  const { data, error } = useBotSearch(search, { enabled: isOpen });
  const names = useBotNames(value === null ? NO_IDS : [value]);
  const found = (data?.bots ?? []).filter((bot) => !without.includes(bot.id));
  const more = data ? data.count - data.bots.length : 0;
  const at = Math.min(marked, found.length - 1);
  const close = () => {
    setText(null);
    setMarked(0);
  };
  const choose = (bot: string | null) => {
    close();
    onChange(bot);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && isOpen) close();
    else if (event.key === "ArrowDown" && !isOpen) setText("");
    else if (event.key === "ArrowDown") setMarked(Math.min(at + 1, found.length - 1));
    else if (event.key === "ArrowUp" && isOpen) setMarked(Math.max(at - 1, 0));
    else if (event.key === "Enter" && isOpen && found[at]) choose(found[at].id);
    else return;
    event.preventDefault();
    // Escape closes the list, not the dialog around it.
    event.stopPropagation();
  };
  return (
    <div className={cn("relative", className)}>
      <Search
        className="-translate-y-1/2 pointer-events-none absolute top-4.5 left-2.5 size-4 text-faint"
        aria-hidden
      />
      <Input
        role="combobox"
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && found[at] ? `${id}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        className="ui:pr-8 ui:pl-8"
        placeholder={value === null ? placeholder : (names.get(value) ?? value)}
        value={text ?? (value === null ? "" : (names.get(value) ?? value))}
        onFocus={() => setText("")}
        onClick={() => setText((now) => now ?? "")}
        onBlur={close}
        onChange={(event) => {
          setText(event.target.value);
          setMarked(0);
        }}
        onKeyDown={onKeyDown}
      />
      {value !== null && !isOpen ? (
        <Button
          variant="ghost"
          size="sm"
          icon
          aria-label={`Clear ${label ?? "bot"}`}
          className="absolute top-1 right-1"
          onClick={() => onChange(null)}
        >
          <X />
        </Button>
      ) : null}
      {isOpen ? (
        <div className="absolute inset-x-0 top-full z-20 mt-1 rounded-md border border-line bg-panel p-1 shadow-pop">
          <div id={`${id}-list`} role="listbox" aria-label={label ?? "Bots"} className="max-h-56 overflow-y-auto">
            {found.map((bot, index) => (
              <div
                key={bot.id}
                id={`${id}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === at}
                // Choose on pointer down: the field loses the focus, and the list closes, before a click arrives.
                onMouseDown={(event) => {
                  event.preventDefault();
                  choose(bot.id);
                }}
                className={cn(
                  "flex cursor-pointer items-baseline gap-2 rounded px-2 py-1 text-sm",
                  index === at && "bg-raised",
                )}
              >
                <span className="min-w-0 truncate">{bot.name}</span>
                <span className="ml-auto shrink-0 font-mono text-faint text-xs max-sm:hidden">{bot.id}</span>
              </div>
            ))}
          </div>
          <p role="status" className="px-2 py-1 text-faint text-xs empty:hidden">
            {error
              ? "Bots could not be loaded. Try again."
              : !data
                ? "Searching…"
                : data.count === 0
                  ? "No bots match"
                  : more > 0
                    ? `${more.toLocaleString("en")} more. Type part of a name to narrow the list.`
                    : ""}
          </p>
        </div>
      ) : null}
    </div>
  );
}

const NO_IDS: string[] = [];

type BotsPickerProps = { legend: string; value: readonly string[]; onChange: (ids: string[]) => void; error?: string };

/** Chooses several bots, one after the other. */
export function BotsPicker({ legend, value, onChange, error }: BotsPickerProps) {
  const names = useBotNames(value);
  return (
    <fieldset className="space-y-2 sm:col-span-2">
      <legend className="mb-1 font-medium text-[13px]">{legend}</legend>
      <BotPicker
        label="Add a bot"
        value={null}
        placeholder="Add a bot by name or ID"
        without={value}
        onChange={(id) => id !== null && onChange([...value, id])}
      />
      <ul aria-label="Selected bots" className="flex max-h-36 flex-wrap gap-1.5 overflow-y-auto">
        {value.map((id) => (
          <li
            key={id}
            className="flex max-w-full items-center gap-1 rounded-md border border-line bg-raised pl-2 text-sm"
          >
            <span className="min-w-0 truncate">{names.get(id) ?? id}</span>
            <Button
              variant="ghost"
              size="sm"
              icon
              aria-label={`Remove ${names.get(id) ?? id}`}
              onClick={() => onChange(value.filter((one) => one !== id))}
            >
              <X />
            </Button>
          </li>
        ))}
      </ul>
      {error ? (
        <p role="alert" className="text-[13px] text-bad">
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}
