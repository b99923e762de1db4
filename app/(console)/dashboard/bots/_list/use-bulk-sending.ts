"use client";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { commandState } from "@/app/(console)/dashboard/_commands/state";
import { errorText } from "@/lib/client/api";
import type { Command } from "@/lib/fleet/commands/contract";
import {
  type BulkOutcome,
  cancelOne,
  isFailedBy,
  type NewCommand,
  retryOne,
  sendBulk,
  useTrackedCommands,
} from "@/lib/fleet/commands/queries";
import type { BulkTarget } from "./bulk";

export type BulkSending = { title: string; targets: BulkTarget[]; command: NewCommand };
export type Row = BulkTarget & { outcome?: BulkOutcome; command?: Command };
export type BulkGroups = ReturnType<typeof groupsOf>;

/** Returns whether the bot has not received its command yet. */
export const isWaiting = (command: Command | undefined): boolean =>
  command !== undefined && ["queued", "scheduled"].includes(commandState(command, Date.now()));

const idsOf = (rows: readonly Row[]) => rows.map((row) => row.id);

/** The bots, grouped by the outcome of their command. */
function groupsOf(rows: readonly Row[]) {
  const isEnded = ({ command }: Row) => command?.status === "failed" && command.attempts === 0;
  return {
    refused: rows.filter((row) => row.outcome?.status === "error"),
    waiting: rows.filter((row) => isWaiting(row.command)),
    ended: rows.filter(isEnded),
    delivered: rows.filter((row) => row.command && !isWaiting(row.command) && !isEnded(row)),
    // Leave cancelled commands out: a person decided that they shall not run.
    failed: rows.filter((row) => row.command && isFailedBy("not_cancelled", row.command)),
  };
}

/** Sends refused commands again, and retries failed ones. */
async function retryRows({ refused, failed }: BulkGroups, command: NewCommand): Promise<BulkOutcome[]> {
  const outcomes = refused.length > 0 ? await sendBulk(idsOf(refused), command) : [];
  for (const row of failed) {
    const reply = await retryOne(row.command!.id);
    outcomes.push({ bot_id: row.id, status: "queued", command: reply.command, delivery: reply.delivery });
  }
  return outcomes;
}

async function cancelRows({ waiting }: BulkGroups): Promise<BulkOutcome[]> {
  const outcomes: BulkOutcome[] = [];
  for (const row of waiting)
    outcomes.push({ ...row.outcome!, command: await cancelOne(row.command!.id).catch(() => row.command!) });
  return outcomes;
}

/** Sends one command to many bots when it is mounted, and tracks the outcome for each bot. */
export function useBulkSending({ targets, command }: BulkSending) {
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, BulkOutcome>>(new Map());
  const [busy, setBusy] = useState(true);
  const [problem, setProblem] = useState<string>();
  const started = useRef(false);
  const sent = useMemo(() => [...outcomes.values()].flatMap((one) => one.command ?? []), [outcomes]);
  const now = useTrackedCommands(command.type, sent);

  /** Runs a request that changes the outcomes of some bots. */
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
    // React runs effects twice in development, but commands must be sent once.
    if (started.current) return;
    started.current = true;
    void send(targets.map((target) => target.id));
  }, [send, targets]);

  const rows: Row[] = targets.map((target) => {
    const outcome = outcomes.get(target.id);
    return { ...target, outcome, command: outcome?.command && (now.get(outcome.command.id) ?? outcome.command) };
  });
  const groups = groupsOf(rows);
  const unsent = problem ? rows.filter((row) => !row.outcome) : [];
  const finished = rows.filter((row) => row.command && row.command.status !== "pending").length;
  return {
    total: rows.length,
    isAnswered: outcomes.size > 0,
    settled: finished + groups.refused.length,
    groups,
    /** The number of bots that the last request did not reach. */
    unsent: unsent.length,
    busy,
    problem,
    sendUnsent: () => void send(idsOf(unsent)),
    retryFailed: () => void work(() => retryRows(groups, command)),
    cancelWaiting: () => void work(() => cancelRows(groups)),
  };
}
