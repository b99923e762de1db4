"use client";
import { Ellipsis, KeyRound, RotateCw, ScrollText, Send, Settings, Square } from "lucide-react";
import { memo } from "react";
import { StatusDot } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Checkbox } from "@/app/_ui/checkbox";
import { cn } from "@/app/_ui/cn";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Menu, MenuItem, MenuSeparator } from "@/app/_ui/menu";
import { TimeAgo } from "@/app/_ui/time";
import { BotLink, botHref } from "@/app/(console)/dashboard/_shared/bot-link";
import { failuresOf } from "@/app/(console)/dashboard/_shared/failures";
import { PowerConfirm, usePowerAction } from "@/app/(console)/dashboard/bots/_detail/power";
import { countText } from "@/lib/core/format/units";
import type { Bot } from "@/lib/fleet/bots/contract";
import { BotTags } from "./bot-tags";
import { type ColumnId, FROM, type Layout } from "./columns";
import { reported } from "./platform";

/**
 * The grid of the head and the rows. Elements with the class `bot-grid` use it; the table says which tracks it has at each
 * width, and select mode puts a box before them.
 */
export const GRID = cn(
  "[&_.bot-grid]:items-center [&_.bot-grid]:gap-3 [&_.bot-grid]:px-3",
  "[&_.bot-grid]:grid-cols-[var(--bots-md)] lg:[&_.bot-grid]:grid-cols-[var(--bots-lg)]",
  "xl:[&_.bot-grid]:grid-cols-[var(--bots-xl)] 2xl:[&_.bot-grid]:grid-cols-[var(--bots-2xl)]",
  "min-[1800px]:[&_.bot-grid]:grid-cols-[var(--bots-wide)]",
  "[&.selecting_.bot-grid]:grid-cols-[1rem_var(--bots-md)] lg:[&.selecting_.bot-grid]:grid-cols-[1rem_var(--bots-lg)]",
  "xl:[&.selecting_.bot-grid]:grid-cols-[1rem_var(--bots-xl)] 2xl:[&.selecting_.bot-grid]:grid-cols-[1rem_var(--bots-2xl)]",
  "min-[1800px]:[&.selecting_.bot-grid]:grid-cols-[1rem_var(--bots-wide)]",
);

type RowProps = {
  bot: Bot;
  /** The name of its team, or another note on its owner. */
  note: string | undefined;
  /** The row's number in the whole table, for screen readers. The head is row 1. */
  index: number;
  /** The row's offset from the top of the table, in px. */
  top: number;
  /** The row's height in px. */
  height: number;
  columns: Layout["columns"];
  selecting: boolean;
  selected: boolean;
  onToggle: (id: string) => void;
};

/** The heights of a row, of one in compact rows, and of a card in px. The table computes the positions from them. */
export const ROW_PX = 32;
export const COMPACT_PX = 26;
export const CARD_PX = 64;

const place = (top: number, height: number) => ({ height, transform: `translateY(${top}px)` });

export const BotRow = memo(function BotRow(props: RowProps) {
  const { bot, note, index, top, height, columns, selecting, selected, onToggle } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows of a virtual table
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={index}
      data-bot={bot.id}
      aria-selected={selecting ? selected : undefined}
      style={place(top, height)}
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
      {columns.map(({ id, from }) => (
        <ColumnCell key={id} id={id} bot={bot} className={FROM[from]} />
      ))}
      <Cell>
        <BotMenu bot={bot} />
      </Cell>
    </div>
  );
});

/** A bot of the list on a phone: two lines instead of a row of columns. */
export const BotCard = memo(function BotCard({
  bot,
  note,
  index,
  top,
  height,
  selecting,
  selected,
  onToggle,
}: RowProps) {
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
      style={place(top, height)}
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

function ColumnCell({ id, bot, className }: { id: ColumnId; bot: Bot; className: string }) {
  switch (id) {
    case "pending":
      return <Figure value={bot.pending_commands} className={className} />;
    case "failures":
      return <Figure value={failuresOf(bot)} className={className} bad />;
    case "errors":
      return <Figure value={bot.error_logs} className={className} bad />;
    case "uptime":
      return (
        <Cell className={className}>
          <RowUptime bot={bot} />
        </Cell>
      );
    case "last_active":
    case "created_at":
      return (
        <Cell className={cn("text-muted", className)}>
          <TimeAgo at={bot[id]} />
        </Cell>
      );
    default:
      return <Cell className={cn("text-muted", className)}>{reported(bot, id) || "–"}</Cell>;
  }
}

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

function Figure({ value, bad, className }: { value: number; bad?: boolean; className?: string }) {
  return (
    <Cell className={cn("tnum text-right", className, value === 0 ? "text-faint" : bad && "text-bad")}>
      {value.toLocaleString("en")}
    </Cell>
  );
}

/** Loaded after the rows, which wait with their uptime until they have stayed in view. */
const RowUptime = lazyPart(() => import("./row-uptime").then((part) => part.RowUptime));
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
