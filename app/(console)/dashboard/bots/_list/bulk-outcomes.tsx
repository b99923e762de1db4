"use client";
import { CircleSlash, CircleX, Clock, Send } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/app/_ui/button";
import { errorToast } from "@/app/_ui/toast";
import { failureOf } from "@/app/(console)/dashboard/_commands/failure";
import { CommandBadge, CommandProgress, commandState } from "@/app/(console)/dashboard/_commands/state";
import { BotLink } from "@/app/(console)/dashboard/_shared/bot-link";
import { cancelOne } from "@/lib/fleet/commands/queries";
import { type BulkGroups, isWaiting, type Row } from "./use-bulk-sending";

const SHOWN = 200;

/** The outcome of one bot's command as a word: "rejected", or the command's state. */
const outcomeOf = ({ command, outcome }: Row): string =>
  command ? commandState(command, Date.now()) : outcome ? "rejected" : "sending";

/** Lists the bots grouped by the state of their command, refused ones first; or those of one outcome. */
export function BulkOutcomes({ groups: all }: { groups: BulkGroups }) {
  const [wanted, setWanted] = useState<string | null>(null);
  const counts = new Map<string, number>();
  for (const row of [...all.refused, ...all.waiting, ...all.ended, ...all.delivered])
    counts.set(outcomeOf(row), (counts.get(outcomeOf(row)) ?? 0) + 1);
  // The last bot of an outcome may have left it, which shows all of them again.
  const shown = wanted !== null && counts.has(wanted) ? wanted : null;
  const fits = (row: Row) => shown === null || outcomeOf(row) === shown;
  const groups = {
    refused: all.refused.filter(fits),
    waiting: all.waiting.filter(fits),
    ended: all.ended.filter(fits),
    delivered: all.delivered.filter(fits),
  };
  return (
    <>
      {counts.size > 1 ? (
        <fieldset className="mb-3 flex flex-wrap gap-1">
          <legend className="sr-only">Outcome</legend>
          {[null, ...counts.keys()].map((outcome) => (
            <Button
              key={outcome ?? "all"}
              size="sm"
              variant={outcome === shown ? "default" : "ghost"}
              aria-pressed={outcome === shown}
              onClick={() => setWanted(outcome)}
            >
              {outcome === null ? "All" : `${outcome} (${counts.get(outcome)})`}
            </Button>
          ))}
        </fieldset>
      ) : null}
      <Group title="Rejected" rows={groups.refused} icon={<CircleX className="size-4 text-bad" aria-hidden />} />
      <Group title="Queued" rows={groups.waiting} icon={<Clock className="size-4 text-warn" aria-hidden />} />
      <Group
        title="Not delivered"
        rows={groups.ended}
        icon={<CircleSlash className="size-4 text-faint" aria-hidden />}
      />
      <Group title="Delivered" rows={groups.delivered} icon={<Send className="size-4 text-info" aria-hidden />} />
    </>
  );
}

function Group({ title, rows, icon }: { title: string; rows: readonly Row[]; icon: ReactNode }) {
  if (rows.length === 0) return null;
  return (
    <section className="mb-3" aria-label={title}>
      <h3 className="tnum flex items-center gap-1.5 font-medium text-[13px]">
        {icon} {title} ({rows.length})
      </h3>
      <ul className="divide-y divide-line text-sm">
        {rows.slice(0, SHOWN).map((row) => (
          <OutcomeRow key={row.id} row={row} />
        ))}
        {rows.length > SHOWN ? <li className="py-1 text-faint">and {rows.length - SHOWN} more</li> : null}
      </ul>
    </section>
  );
}

/** One bot, the state of its command, and the reason while the command waits or if it was refused. */
function OutcomeRow({ row: { id, name, outcome, command } }: { row: Row }) {
  const [cancelling, setCancelling] = useState(false);
  const problem = outcome?.error ?? (command && failureOf(command));
  // Live events update the shown state.
  const cancel = () => {
    setCancelling(true);
    cancelOne(command!.id)
      .catch(errorToast)
      .finally(() => setCancelling(false));
  };
  return (
    <li className="py-1">
      <div className="flex min-h-7 flex-wrap items-center gap-2">
        <BotLink id={id} name={name} className="max-w-56" />
        {isWaiting(command) ? <span className="text-[13px] text-muted">{outcome?.delivery?.text}</span> : null}
        {problem ? <span className="min-w-0 break-words text-[13px] text-bad">{problem}</span> : null}
        <span className="ml-auto flex items-center gap-1">
          {command?.status === "pending" ? (
            <Button size="sm" variant="ghost" loading={cancelling} onClick={cancel}>
              Cancel
            </Button>
          ) : null}
          {command ? <CommandBadge command={command} /> : null}
        </span>
      </div>
      {command?.status === "pending" ? <CommandProgress command={command} /> : null}
    </li>
  );
}
