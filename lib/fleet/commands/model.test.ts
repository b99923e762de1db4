/**
 * The queue against a model of it: random histories of sends, leases, acks, contradictions, cancels, progress, expiries
 * and moves of the clock, by many clients at once. 5,000 operations on a real database; 50,000 with FULL=1.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { isFull } from "@/tests/full";
import { operation } from "@/tests/queue/operations";
import { aWorld } from "@/tests/queue/world";

const RUNS = isFull ? 260 : 26;
const OPERATIONS = isFull ? 50_000 : 5_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await openRoom(databases[0]!);
});
afterAll(() => database.close());

it(`behaves as its model over ${OPERATIONS} operations`, async () => {
  let operations = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 100, maxLength: 140, size: "max" }), async (history) => {
      const { perform, agree, counted, end } = await aWorld();
      for (const step of history) await perform(step);
      await agree();
      await end();
      operations += counted();
    }),
    { numRuns: RUNS, interruptAfterTimeLimit: 240_000, markInterruptAsFailure: true },
  );
  expect(operations).toBeGreaterThanOrEqual(OPERATIONS);
}, 300_000);
