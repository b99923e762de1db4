/** The ledger detects every kind of error. */
import { expect, it } from "vitest";
import { createLedger, type Recorded } from "./ledger";

const NOON = "2026-01-01T12:00:00.000Z";
const record = (over: Partial<Recorded> = {}): Recorded => ({
  ...{ id: "c1", status: "completed", result: { run: "r1" }, reason: null, created_at: NOON, completed_at: NOON },
  ...over,
});
/** Records a command that was sent, run once as r1, and observed as completed. */
function books() {
  const ledger = createLedger();
  ledger.sent("c1");
  ledger.ran("c1", "r1");
  ledger.heard("c1", "completed");
  return ledger;
}
const balance = (ledger = books(), one: Recorded | undefined = record(), gapless = true) =>
  ledger.balance(async () => one, gapless);

it("balances what was sent, run, heard and recorded once", async () => {
  const none = { failed: 0, waiting: 0, runs_again: 0, wrong: [] };
  expect(await balance()).toEqual({ sent: 1, completed: 1, ...none });
});

it("lets a command wait, and run again", async () => {
  const ledger = createLedger();
  ledger.sent("c1");
  ledger.ran("c1", "r1");
  ledger.ran("c1", "r2");
  const pending = record({ status: "pending", result: null, completed_at: null });
  expect(await balance(ledger, pending)).toMatchObject({ waiting: 1, runs_again: 1, wrong: [] });
});

it("misses a command that is not on record", async () => {
  const lost = await books().balance(async () => undefined, true);
  expect(lost.wrong).toEqual(["c1: sent, and not on record"]);
});

it.each([
  ["settled 2 times", "completed", record()],
  ["failed on record", undefined, record({ status: "failed" })],
  ["pending on record", undefined, record({ status: "pending", result: null, completed_at: null })],
  ["a run that never was", undefined, record({ result: { run: "r9" } })],
  ["done before it was sent", undefined, record({ completed_at: "2026-01-01T11:00:00.000Z" })],
  ["done in the future", undefined, record({ completed_at: "2126-01-01T11:00:00.000Z" })],
] as const)("finds %s", async (wrong, again, one) => {
  const ledger = books();
  if (again) ledger.heard("c1", again);
  expect((await balance(ledger, one)).wrong.join()).toContain(wrong);
});

it("reports an outcome that no observer saw, unless the observer had a gap", async () => {
  const ledger = createLedger();
  ledger.sent("c1");
  ledger.ran("c1", "r1");
  expect((await balance(ledger)).wrong).toEqual(["c1: completed on record, but no observer saw it"]);
  expect((await balance(ledger, record(), false)).wrong).toEqual([]);
});
