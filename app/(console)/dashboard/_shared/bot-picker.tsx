"use client";
import { Search, X } from "lucide-react";
import { useId } from "react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { Input } from "@/app/_ui/input";
import { useBotNames } from "@/lib/fleet/bots/queries.names";
import { ListOption } from "./list-option";
import { useBotChoice } from "./use-bot-choice";

const NO_IDS: string[] = [];

type BotPickerProps = {
  /** The label, for use outside a Field. */
  label?: string;
  /** The chosen bot's id; null for none. */
  value: string | null;
  onChange: (id: string | null) => void;
  /** Shown while no bot is chosen: "Any bot". */
  placeholder: string;
  /** Ids of bots that are chosen already, which are not offered again. */
  without?: readonly string[];
  /** Offers only the bots of this team. */
  teamId?: number;
  className?: string;
};

/** Chooses one bot. The server searches names and ids while the person types, so the list works with any number of bots. */
export function BotPicker({
  label,
  value,
  onChange,
  placeholder,
  without = NO_IDS,
  teamId,
  className,
}: BotPickerProps) {
  const id = useId();
  const choice = useBotChoice(onChange, without, teamId);
  const { text, isOpen, found, at } = choice;
  const names = useBotNames(value === null ? NO_IDS : [value]);
  const name = value === null ? null : (names.get(value) ?? value);
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
        placeholder={name ?? placeholder}
        value={text ?? name ?? ""}
        onChange={(event) => choice.type(event.target.value)}
        {...choice.fieldProps}
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
              <ListOption
                key={bot.id}
                id={`${id}-${index}`}
                isMarked={index === at}
                onPick={() => choice.choose(bot.id)}
                className="flex items-baseline gap-2 py-1 text-sm"
              >
                <span className="min-w-0 truncate">{bot.name}</span>
                <span className="ml-auto shrink-0 font-mono text-faint text-xs max-sm:hidden">{bot.id}</span>
              </ListOption>
            ))}
          </div>
          <p role="status" className="px-2 py-1 text-faint text-xs empty:hidden">
            {choice.note}
          </p>
        </div>
      ) : null}
    </div>
  );
}
