/** Random operations on one bot's queue, alone and by several clients in the same moment. */
import fc from "fast-check";

export type Operation =
  | {
      op: "send";
      priority: number;
      expires: number | undefined;
      delay: number;
      attempts: number;
      key: number | undefined;
    }
  | { op: "poll"; limit: number; lease: number }
  | { op: "ack"; pick: number; status: "completed" | "failed" }
  | { op: "progress"; pick: number; progress: number; lease: number | undefined }
  | { op: "cancel"; pick: number }
  | { op: "retry"; pick: number }
  | { op: "clock"; seconds: number }
  | { op: "sweep" }
  | { op: "sends"; keys: (number | undefined)[] }
  | { op: "polls"; limits: number[]; lease: number }
  | { op: "verdicts"; pick: number; verdicts: ("completed" | "failed" | "cancel")[] };

const pick = fc.nat(1_000);
export const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant("send" as const),
      priority: fc.integer({ min: -2, max: 2 }),
      expires: fc.option(fc.integer({ min: 1, max: 120 }), { nil: undefined }),
      delay: fc.oneof(
        { weight: 3, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) },
      ),
      attempts: fc.integer({ min: 1, max: 3 }),
      key: fc.option(fc.nat(5), { nil: undefined, freq: 4 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant("poll" as const),
      limit: fc.integer({ min: 1, max: 4 }),
      lease: fc.integer({ min: 1, max: 60 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant("ack" as const),
      pick,
      status: fc.constantFrom("completed" as const, "failed" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant("progress" as const),
      pick,
      progress: fc.integer({ min: 0, max: 100 }),
      lease: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("cancel" as const), pick }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("retry" as const), pick }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("clock" as const), seconds: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("sweep" as const) }) },
  // Several clients in the same moment.
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant("sends" as const),
      keys: fc.array(fc.option(fc.nat(8), { nil: undefined }), { minLength: 2, maxLength: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant("polls" as const),
      limits: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 5 }),
      lease: fc.integer({ min: 1, max: 60 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant("verdicts" as const),
      pick,
      verdicts: fc.array(fc.constantFrom("completed" as const, "failed" as const, "cancel" as const), {
        minLength: 2,
        maxLength: 6,
      }),
    }),
  },
);
