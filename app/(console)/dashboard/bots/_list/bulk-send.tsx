"use client";
import { CircleSlash, CircleX, Clock, Send } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { errorToast } from "@/app/_ui/toast";
import { CommandBadge, CommandProgress, commandState } from "@/app/(console)/dashboard/_commands/state";
import { BotLink } from "@/app/(console)/dashboard/_shared/bot-link";
import { errorText } from "@/lib/client/api";
import type { Command } from "@/lib/fleet/commands/contract";
import {
  type BulkOutcome,
  cancelOne,
  type NewCommand,
  retryOne,
  sendBulk,
  useTrackedCommands,
} from "@/lib/fleet/commands/queries";

export type BulkSending = { title: string; targets: { id: string; name: string }[]; command: NewCommand };
type Row = { id: string; name: string; outcome?: BulkOutcome; command?: Command };

const SHOWN = 200;

/** Sends one command to many bots and shows, live, who got it, who waits for it, and who refused. */
export function BulkSend({ sending, onClose }: { sending: BulkSending; onClose: () => void }) {
  const { title, targets, command } = sending;
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, BulkOutcome>>(new Map());
  const [busy, setBusy] = useState(true);
  const [problem, setProblem] = useState<string>();
  const started = useRef(false);
  const sent = useMemo(() => [...outcomes.values()].flatMap((one) => one.command ?? []), [outcomes]);
  const now = useTrackedCommands(command.type, sent);

  /** Does something that ends in new outcomes for some of the bots. */
  const work = useCallback(async (act: () => Promise<BulkOutcome[]>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      const fresh = await act();
      setOutcomes((known) => new Map([...known, ...fresh.map((one) => [one.bot_id, one] as const)]));
    } catch (error) {
      setProblem(errorText(error));
    }
    setBusy(false);
  }, []);
  const send = useCallback((ids: string[]) => work(() => sendBulk(ids, command)), [work, command]);
  useEffect(() => {
    // Effects run twice in development; commands must not.
    if (started.current) return;
    started.current = true;
    void send(targets.map((target) => target.id));
  }, [send, targets]);

  const rows: Row[] = targets.map((target) => {
    const outcome = outcomes.get(target.id);
    return { ...target, outcome, command: outcome?.command && (now.get(outcome.command.id) ?? outcome.command) };
  });
  const at = Date.now();
  const refused = rows.filter((row) => row.outcome?.status === "error");
  const waits = rows.filter((row) => row.command && ["queued", "scheduled"].includes(commandState(row.command, at)));
  const ended = rows.filter((row) => row.command?.status === "failed" && row.command.attempts === 0);
  const got = rows.filter((row) => row.command && !waits.includes(row) && !ended.includes(row));
  const failed = rows.filter((row) => row.command?.status === "failed");
  const settled = rows.filter((row) => row.command && row.command.status !== "pending").length + refused.length;
  const unsent = problem && rows.filter((row) => !row.outcome);

  const retryAll = () =>
    work(async () => {
      const again = refused.length > 0 ? await sendBulk(ids(refused), command) : [];
      for (const row of failed) {
        const reply = await retryOne(row.command!.id);
        again.push({ bot_id: row.id, status: "queued", command: reply.command, delivery: reply.delivery });
      }
      return again;
    });
  const cancelWaiting = () =>
    work(async () => {
      const after: BulkOutcome[] = [];
      for (const row of waits)
        after.push({ ...row.outcome!, command: await cancelOne(row.command!.id).catch(() => row.command!) });
      return after;
    });

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && !busy && onClose()}
      title={title}
      footer={
        <>
          {!busy && waits.length > 0 ? (
            <Button onClick={() => void cancelWaiting()}>Cancel queued ({waits.length})</Button>
          ) : null}
          {!busy && failed.length + refused.length > 0 ? (
            <Button onClick={() => void retryAll()}>Retry failed ({failed.length + refused.length})</Button>
          ) : null}
          {!busy && unsent && unsent.length > 0 ? (
            <Button onClick={() => void send(ids(unsent))}>Send again ({unsent.length})</Button>
          ) : null}
          <Button variant="primary" loading={busy} onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      {problem ? (
        <p role="alert" className="mb-2 text-[13px] text-bad">
          {problem}
        </p>
      ) : null}
      <p className="tnum mb-2 text-sm" role="status">
        {outcomes.size === 0
          ? `Sending to ${rows.length}…`
          : summary(got.length, waits.length, ended.length, refused.length)}
      </p>
      <progress
        className="mb-3 block h-1.5 w-full appearance-none overflow-hidden rounded-full bg-raised [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-raised [&::-webkit-progress-value]:bg-accent"
        value={settled}
        max={rows.length}
        aria-label="Finished"
      />
      <Group title="Rejected" rows={refused} icon={<CircleX className="size-4 text-bad" aria-hidden />} />
      <Group title="Queued" rows={waits} icon={<Clock className="size-4 text-warn" aria-hidden />} />
      <Group title="Not delivered" rows={ended} icon={<CircleSlash className="size-4 text-faint" aria-hidden />} />
      <Group title="Delivered" rows={got} icon={<Send className="size-4 text-info" aria-hidden />} />
    </Dialog>
  );
}

const ids = (rows: readonly Row[]) => rows.map((row) => row.id);

/** "8 delivered, 2 queued". */
function summary(got: number, waits: number, ended: number, refused: number): string {
  const counts = [
    got > 0 && `${got} delivered`,
    waits > 0 && `${waits} queued`,
    ended > 0 && `${ended} not delivered`,
    refused > 0 && `${refused} rejected`,
  ];
  return counts.filter(Boolean).join(", ");
}

function Group({ title, rows, icon }: { title: string; rows: Row[]; icon: ReactNode }) {
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

/** A bot's part of it: the state of its command, and while it waits or was refused, why. */
function OutcomeRow({ row: { id, name, outcome, command } }: { row: Row }) {
  const [cancelling, setCancelling] = useState(false);
  const waiting = command && ["queued", "scheduled"].includes(commandState(command, Date.now()));
  // Events bring the new state.
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
        {waiting ? <span className="text-[13px] text-muted">{outcome?.delivery?.text}</span> : null}
        {outcome?.error ? <span className="text-[13px] text-bad">{outcome.error}</span> : null}
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
