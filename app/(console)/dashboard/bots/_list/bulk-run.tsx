"use client";
import { useQueryClient } from "@tanstack/react-query";
import { Check, Circle, CircleX, LoaderCircle } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { BotLink } from "@/app/(console)/dashboard/_shared/bot-link";
import { botKeys } from "@/lib/fleet/bots/queries.keys";
import { type BulkTarget, type Outcome, runBulk } from "./bulk";
import { BulkProgress } from "./bulk-progress";

export type BulkJob = {
  title: string;
  targets: BulkTarget[];
  /** Performs the action for one bot; resolves with the text that describes the outcome. */
  act: (id: string) => Promise<string>;
};

const ICON = {
  waiting: <Circle className="size-4 text-faint" aria-label="waiting" />,
  running: <LoaderCircle className="size-4 animate-spin text-info" aria-label="running" />,
  done: <Check className="size-4 text-ok" aria-label="done" />,
  failed: <CircleX className="size-4 text-bad" aria-label="failed" />,
};
const RANK = { failed: 0, running: 1, waiting: 2, done: 3 };
const SHOWN = 200;

/** Runs an action for many bots and shows the outcome of each, failures first. Failed ones can be retried. */
export function BulkRun({ job, onClose }: { job: BulkJob; onClose: () => void }) {
  const client = useQueryClient();
  const [outcomes, setOutcomes] = useState<Map<string, Outcome>>(new Map());
  const [running, setRunning] = useState(true);
  const started = useRef(false);

  const run = useCallback(
    async (ids: string[]) => {
      setRunning(true);
      await runBulk(ids, job.act, (outcome) => setOutcomes((known) => new Map(known).set(outcome.id, outcome)));
      setRunning(false);
      await client.invalidateQueries({ queryKey: botKeys.lists });
    },
    [job, client],
  );
  useEffect(() => {
    // React runs effects twice in development, but the action must run once.
    if (started.current) return;
    started.current = true;
    void run(job.targets.map((target) => target.id));
  }, [job, run]);

  const rows = job.targets
    .map((target) => ({ ...target, ...(outcomes.get(target.id) ?? { state: "waiting" as const, text: undefined }) }))
    .sort((a, b) => RANK[a.state] - RANK[b.state]);
  const failed = rows.filter((row) => row.state === "failed");
  const done = rows.filter((row) => row.state === "done").length;
  const settled = done + failed.length;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && !running && onClose()}
      title={job.title}
      footer={
        <>
          {!running && failed.length > 0 ? (
            <Button onClick={() => void run(failed.map((row) => row.id))}>Retry failed ({failed.length})</Button>
          ) : null}
          <Button variant="primary" loading={running} onClick={onClose}>
            {running ? `${settled} of ${rows.length}` : "Close"}
          </Button>
        </>
      }
    >
      <p className="tnum mb-2 text-sm" role="status">
        {done} done{failed.length > 0 ? <span className="text-bad">, {failed.length} failed</span> : null} of{" "}
        {rows.length}
      </p>
      <BulkProgress value={settled} max={rows.length} label="Progress" />
      <ul className="divide-y divide-line text-sm">
        {rows.slice(0, SHOWN).map((row) => (
          <li key={row.id} className="flex min-h-8 items-center gap-2 py-1">
            {ICON[row.state]}
            <BotLink id={row.id} name={row.name} className="max-w-56" />
            <span className={row.state === "failed" ? "ml-auto text-right text-bad" : "ml-auto text-muted"}>
              {row.text}
            </span>
          </li>
        ))}
        {rows.length > SHOWN ? <li className="py-1 text-faint">and {rows.length - SHOWN} more</li> : null}
      </ul>
    </Dialog>
  );
}
