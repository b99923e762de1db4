/** Triggers alerts by hand and for plugins. */
import { describeAct } from "@/lib/core/acts";
import type { Queries } from "@/lib/core/db";
import { RANK } from "./contract";
import { changing } from "./store.messages";
import {
  type AlertRow,
  type Announced,
  alertOf,
  alertTarget,
  type By,
  type Change,
  COLUMNS,
  insertAlert,
  note,
  updateAlert,
} from "./store.rows";

type Trigger = Pick<AlertRow, "id" | "source" | "source_name" | "severity" | "message"> & {
  open_key: string;
  by: By;
  max: number;
};

/**
 * Triggers an alert by hand or for a plugin. While an alert with the same `open_key` is open, a repetition is counted
 * on it and replaces its message; a higher severity makes it fire again unless it is snoozed. Undefined when `max` are
 * open.
 */
export async function trigger({ by, max, ...alert }: Trigger, at: number): Promise<Announced | undefined> {
  const [change] = await changing(at, async (trx) => {
    const { open } = await trx
      .selectFrom("alert")
      .select((eb) => eb.fn.countAll<number>().as("open"))
      .where("open_key", "is not", null)
      .executeTakeFirstOrThrow();
    const isFull = open >= max;
    for (;;) {
      if (
        !isFull &&
        (await insertAlert(trx, { ...alert, team_id: null, rule_id: null, link: null, at, escalate_at: null }))
      ) {
        await note(trx, alert.id, "raised", at, alert.message, by);
        return [{ alert: (await alertOf(trx, alert.id))!, kind: "raised" }];
      }
      const known = await countAgain(trx, alert, at);
      if (known) describeAct({ target: alertTarget(known) });
      if (known) return [await repeat(trx, known, alert.severity, at, by)];
      // The open alert was resolved between the two statements: try the insert again.
      if (isFull) return [];
    }
  });
  return change;
}

/** Counts a repetition. @returns the open alert; undefined when there is none */
const countAgain = (
  trx: Queries,
  { open_key, message }: Pick<Trigger, "open_key" | "message">,
  at: number,
): Promise<AlertRow | undefined> =>
  trx
    .updateTable("alert")
    .set((eb) => ({ count: eb("count", "+", 1), last_at: at, message }))
    .where("open_key", "=", open_key)
    .returning(COLUMNS)
    .$castTo<AlertRow>()
    .executeTakeFirst();

/** Gives an open alert the severity of its repetition. */
async function repeat(
  trx: Queries,
  known: AlertRow,
  severity: AlertRow["severity"],
  at: number,
  by: By,
): Promise<Change> {
  if (known.severity === severity) {
    await note(trx, known.id, "repeated", at, "", by);
    return { alert: known, kind: "repeated" };
  }
  const isWorse = RANK[severity] > RANK[known.severity];
  const alert = await updateAlert(trx, known.id, (eb) => ({
    severity,
    ...(isWorse && {
      escalated: eb("escalated", "+", 1),
      state: eb.case().when("state", "=", "acknowledged").then("firing").else(eb.ref("state")).end(),
    }),
  }));
  const kind = isWorse && known.state !== "snoozed" ? "escalated" : "repeated";
  await note(trx, known.id, kind, at, `${known.severity} → ${severity}`, by);
  return { alert: alert!, kind };
}
