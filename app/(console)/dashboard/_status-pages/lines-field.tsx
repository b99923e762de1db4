"use client";
import { ArrowDown, ArrowUp, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/app/_ui/button";
import { Input } from "@/app/_ui/input";
import { useBotNames } from "@/lib/fleet/bots/queries.names";
import type { PageChange } from "@/lib/operations/status-pages/queries";
import { BotPicker } from "../_shared/bot-picker";
import { TagField } from "../_shared/tag-field";

type Line = NonNullable<PageChange["components"]>[number];
type Props = {
  value: readonly Line[];
  onChange: (lines: Line[]) => void;
  /** Offers only the bots of this team. */
  teamId: number | undefined;
  error: string | undefined;
};

const keyOf = ({ bot_id, tag }: Line) => (bot_id === undefined ? `tag ${tag}` : `bot ${bot_id}`);

/** Chooses what a page shows: a line for each bot, or one for all bots with a tag. */
export function LinesField({ value, onChange, teamId, error }: Props) {
  const bots = value.flatMap(({ bot_id }) => bot_id ?? []);
  const names = useBotNames(bots);
  const [tag, setTag] = useState("");
  const add = (line: Line) => onChange([...value, line]);
  const isNewTag = tag.trim() !== "" && value.every((line) => line.tag !== tag.trim());
  const replace = (at: number, ...lines: Line[]) => onChange(value.toSpliced(at, 1, ...lines));
  const move = (at: number, by: -1 | 1) => onChange(value.toSpliced(at, 1).toSpliced(at + by, 0, value[at]!));
  return (
    <fieldset className="space-y-2">
      <legend className="mb-1 font-medium text-[13px]">Lines</legend>
      <ol aria-label="Lines" className="space-y-1.5">
        {value.map((line, at) => {
          const what = line.bot_id === undefined ? `Tag ${line.tag}` : (names.get(line.bot_id) ?? line.bot_id);
          return (
            <li key={keyOf(line)} className="flex items-center gap-1">
              <Input
                aria-label={`Name of ${what}`}
                maxLength={80}
                autoComplete="off"
                placeholder={what}
                value={line.name ?? ""}
                onChange={(event) => replace(at, { ...line, name: event.target.value })}
              />
              <LineButton label={`Move ${what} up`} isOff={at === 0} onClick={() => move(at, -1)}>
                <ArrowUp />
              </LineButton>
              <LineButton label={`Move ${what} down`} isOff={at === value.length - 1} onClick={() => move(at, 1)}>
                <ArrowDown />
              </LineButton>
              <LineButton label={`Remove ${what}`} onClick={() => replace(at)}>
                <X />
              </LineButton>
            </li>
          );
        })}
      </ol>
      <BotPicker
        label="Add a bot"
        value={null}
        placeholder="Add a bot by name or ID"
        without={bots}
        teamId={teamId}
        onChange={(id) => id !== null && add({ bot_id: id, name: "" })}
      />
      <div className="flex items-end gap-2">
        <div className="min-w-0 flex-1">
          <TagField
            label="Add all bots with a tag"
            hint="One line that sums them up. Bots that get the tag later are included."
            value={tag}
            onChange={setTag}
            error={undefined}
          />
        </div>
        <Button
          className="mb-6"
          disabled={!isNewTag}
          onClick={() => {
            add({ tag: tag.trim(), name: "" });
            setTag("");
          }}
        >
          Add tag
        </Button>
      </div>
      {error ? (
        <p role="alert" className="text-[13px] text-bad">
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}

type LineButtonProps = { label: string; isOff?: boolean; onClick: () => void; children: ReactNode };

const LineButton = ({ label, isOff, onClick, children }: LineButtonProps) => (
  <Button variant="ghost" size="sm" icon aria-label={label} title={label} disabled={isOff} onClick={onClick}>
    {children}
  </Button>
);
