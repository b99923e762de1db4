"use client";
import { Ellipsis, KeyRound, RotateCw, ScrollText, Send, Settings, Square } from "lucide-react";
import { memo, useEffect, useState } from "react";
import { StatusDot } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Checkbox } from "@/app/_ui/checkbox";
import { cn } from "@/app/_ui/cn";
import { Menu, MenuItem, MenuSeparator } from "@/app/_ui/menu";
import { UptimeBar } from "@/app/_ui/sparkline";
import { TimeAgo } from "@/app/_ui/time";
import { BotLink, botHref } from "@/app/(console)/dashboard/_shared/bot-link";
import { failuresOf } from "@/app/(console)/dashboard/_shared/failures";
import { useMedia } from "@/app/(console)/dashboard/_shared/hooks";
import { PowerConfirm, usePowerAction } from "@/app/(console)/dashboard/bots/_detail/power";
import { countText } from "@/lib/core/format/units";
import type { Bot } from "@/lib/fleet/bots/contract";
import { useBotUptime } from "@/lib/fleet/bots/queries";
import { BotTags } from "./bot-tags";
import { platformOf } from "./platform";

/**
 * The columns of the head and the rows, by screen width and select mode. Elements with the class `bot-grid` use them.
 */
export const COLUMNS = cn(
  "[&_.bot-grid]:items-center [&_.bot-grid]:gap-3 [&_.bot-grid]:px-3",
  "[&_.bot-grid]:grid-cols-[7rem_minmax(0,1fr)_7rem_4.5rem_4rem_4rem_2rem]",
  "lg:[&_.bot-grid]:grid-cols-[7rem_minmax(0,1fr)_6rem_6rem_4rem_4rem_4rem_2rem]",
  "xl:[&_.bot-grid]:grid-cols-[7rem_minmax(0,1fr)_6rem_6rem_9rem_4rem_4rem_4rem_2rem]",
  // A wide screen gives its room to the uptime bar, so that the figures stay near the name.
  "2xl:[&_.bot-grid]:grid-cols-[7rem_minmax(0,1fr)_7rem_7rem_minmax(9rem,1fr)_5rem_5rem_5rem_2rem]",
  "[&.selecting_.bot-grid]:grid-cols-[1rem_7rem_minmax(0,1fr)_7rem_4.5rem_4rem_4rem_2rem]",
  "lg:[&.selecting_.bot-grid]:grid-cols-[1rem_7rem_minmax(0,1fr)_6rem_6rem_4rem_4rem_4rem_2rem]",
  "xl:[&.selecting_.bot-grid]:grid-cols-[1rem_7rem_minmax(0,1fr)_6rem_6rem_9rem_4rem_4rem_4rem_2rem]",
  "2xl:[&.selecting_.bot-grid]:grid-cols-[1rem_7rem_minmax(0,1fr)_7rem_7rem_minmax(9rem,1fr)_5rem_5rem_5rem_2rem]",
);

type RowProps = {
  bot: Bot;
  /** The name of its team, or another note on its owner. */
  note: string | undefined;
  /** The row's number in the whole table, for screen readers. The head is row 1. */
  index: number;
  /** The row's offset from the top of the table, in px. */
  top: number;
  selecting: boolean;
  selected: boolean;
  onToggle: (id: string) => void;
};

/** The heights of a row and of a card in px. The table computes the positions from them. */
export const ROW_PX = 32;
export const CARD_PX = 64;

const place = (top: number, height: number) => ({ height, transform: `translateY(${top}px)` });

export const BotRow = memo(function BotRow({ bot, note, index, top, selecting, selected, onToggle }: RowProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows of a virtual table
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={index}
      data-bot={bot.id}
      aria-selected={selecting ? selected : undefined}
      style={place(top, ROW_PX)}
      className={cn(
        "bot-grid absolute inset-x-0 top-0 grid border-line border-b hover:bg-raised/60",
        selected && "bg-accent-soft",
      )}
    >
      {selecting ? (
        <Cell>
          <Checkbox aria-label={`Select ${bot.name}`} checked={selected} onCheckedChange={() => onToggle(bot.id)} />
        </Cell>
      ) : null}
      <Cell>
        <StatusDot status={bot.status} />
      </Cell>
      <Cell>
        <BotLink id={bot.id} name={bot.name} />
        <OwnerNote bot={bot} note={note} />
        <BotTags bot={bot} className="ml-2" />
      </Cell>
      <Cell className="hidden truncate text-muted lg:block">{platformOf(bot) || "–"}</Cell>
      <Cell className="text-muted">
        <TimeAgo at={bot.last_active} />
      </Cell>
      <Cell className="hidden xl:block">
        <RowUptime bot={bot} />
      </Cell>
      <Figure value={bot.pending_commands} />
      <Figure value={failuresOf(bot)} bad />
      <Figure value={bot.error_logs} bad />
      <Cell>
        <BotMenu bot={bot} />
      </Cell>
    </div>
  );
});

/** A bot of the list on a phone: two lines instead of a row of columns. */
export const BotCard = memo(function BotCard({ bot, note, index, top, selecting, selected, onToggle }: RowProps) {
  const counts = [
    bot.pending_commands > 0 ? `${bot.pending_commands} pending` : "",
    failuresOf(bot) > 0 ? countText(failuresOf(bot), "failure") : "",
    bot.error_logs > 0 ? countText(bot.error_logs, "error log") : "",
  ].filter(Boolean);
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows of a virtual table
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={index}
      data-bot={bot.id}
      style={place(top, CARD_PX)}
      className={cn(
        "absolute inset-x-0 top-0 flex items-center gap-3 border-line border-b px-3",
        selected && "bg-accent-soft",
      )}
    >
      {selecting ? (
        <Cell>
          <Checkbox
            aria-label={`Select ${bot.name}`}
            className="size-6"
            checked={selected}
            onCheckedChange={() => onToggle(bot.id)}
          />
        </Cell>
      ) : null}
      <Cell className="flex-1">
        <BotLink id={bot.id} name={bot.name} className="block" />
        <span className="flex items-center gap-2 text-[13px] text-faint">
          <StatusDot status={bot.status} />
          <span className="truncate">
            <TimeAgo at={bot.last_active} never="never seen" />
            {/* A line that is too long is cut at its end, so that what needs attention comes before tags. */}
            {counts.length > 0 ? ` · ${counts.join(" · ")}` : ""}
            <OwnerNote bot={bot} note={note} />
            <BotTags bot={bot} shown={1} className="ml-2" />
          </span>
        </span>
      </Cell>
      <Cell>
        <BotMenu bot={bot} />
      </Cell>
    </div>
  );
});

function OwnerNote({ bot, note }: Pick<RowProps, "bot" | "note">) {
  if (!note) return null;
  return <bdi className={cn("ml-2 text-xs", bot.owner_id === null ? "text-warn" : "text-muted")}>{note}</bdi>;
}

function Cell({ className, children }: { className?: string; children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: cells of a virtual table
    <div role="cell" className={cn("min-w-0 truncate", className)}>
      {children}
    </div>
  );
}

function Figure({ value, bad }: { value: number; bad?: boolean }) {
  return (
    <Cell className={cn("tnum text-right", value === 0 ? "text-faint" : bad && "text-bad")}>
      {value.toLocaleString("en")}
    </Cell>
  );
}

/**
 * A bot's uptime of the last day. Loaded only once the row has stayed in view, on screens wide enough for the column.
 */
function RowUptime({ bot }: { bot: Bot }) {
  const wide = useMedia("(min-width: 1280px)");
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), 500);
    return () => clearTimeout(timer);
  }, []);
  const { data } = useBotUptime(bot.id, "24", { enabled: wide && settled, live: false });
  if (!data) return <span className="block h-5" />;
  const share = data.uptime === null ? "no data" : `${(data.uptime * 100).toFixed(1)} % uptime`;
  return <UptimeBar slots={data.slots} label={`${bot.name}, last 24 h: ${share}`} className="h-4" />;
}

function BotMenu({ bot }: { bot: Bot }) {
  const power = usePowerAction(bot);
  return (
    <>
      <Menu
        trigger={
          <Button variant="ghost" size="sm" icon aria-label={`Actions for ${bot.name}`}>
            <Ellipsis />
          </Button>
        }
      >
        <MenuItem icon={<Send />} href={botHref(bot.id)}>
          Send command
        </MenuItem>
        <MenuItem icon={<ScrollText />} href={botHref(bot.id, "logs")}>
          Logs
        </MenuItem>
        <MenuItem icon={<Settings />} href={botHref(bot.id, "settings")}>
          Settings
        </MenuItem>
        <MenuItem icon={<KeyRound />} href={botHref(bot.id, "token")}>
          Token
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<RotateCw />} onSelect={() => power.restart()}>
          Restart
        </MenuItem>
        <MenuItem
          icon={<Square />}
          tone="danger"
          disabled={power.stopReason !== null}
          onSelect={() => power.askStop(true)}
        >
          {power.stopReason ? `Stop (${power.stopReason})` : "Stop…"}
        </MenuItem>
      </Menu>
      <PowerConfirm bot={bot} power={power} />
    </>
  );
}
