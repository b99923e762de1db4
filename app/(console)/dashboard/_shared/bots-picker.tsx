"use client";
import { X } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { useBotNames } from "@/lib/fleet/bots/queries.names";
import { BotPicker } from "./bot-picker";

type BotsPickerProps = {
  legend: string;
  value: readonly string[];
  onChange: (ids: string[]) => void;
  error?: string;
  /** Offers only the bots of this team. */
  teamId?: number;
};

/** Chooses several bots, one after the other. */
export function BotsPicker({ legend, value, onChange, error, teamId }: BotsPickerProps) {
  const names = useBotNames(value);
  return (
    <fieldset className="space-y-2 sm:col-span-2">
      <legend className="mb-1 font-medium text-[13px]">{legend}</legend>
      <BotPicker
        label="Add a bot"
        value={null}
        placeholder="Add a bot by name or ID"
        without={value}
        teamId={teamId}
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
