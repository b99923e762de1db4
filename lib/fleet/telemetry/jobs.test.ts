/** When new rows are added to the search index, on an index that counts. */
import { describe, expect, it } from "vitest";
import { createTelemetryJobs } from "./jobs";

type Deps = Parameters<typeof createTelemetryJobs>[0];

/** An index of logs in which `state.waiting` rows wait; another arrives after each transaction. */
function anIndex(waiting: number) {
  const state = { at: 1_000_000, waiting, transactions: [] as number[] };
  const index = {
    prepare: async () => {},
    behind: async (table: string) => (table === "log" ? state.waiting : 0),
    async advance(table: string, limit: number) {
      if (table !== "log") return { rows: 0, ms: 0 };
      const rows = Math.min(limit, state.waiting);
      state.transactions.push(rows);
      state.waiting = state.waiting - rows + 1;
      return { rows, ms: 0 };
    },
    clear: async () => ({ rows: 0, ms: 0 }),
  } as unknown as Deps["index"];
  const unused = {} as never;
  return {
    state,
    work: createTelemetryJobs({ index, retention: unused, policy: unused, commands: unused, now: () => state.at }),
  };
}

describe("indexing", () => {
  it("ends when it has reached the last row, though more arrive meanwhile", async () => {
    const { state, work } = anIndex(450);
    await work.catchUp();
    expect(state.transactions).toEqual([200, 252 - 1]);
    expect(state.waiting).toBe(1);
  });

  it("lets a few rows wait for others, and none for longer than ten seconds", async () => {
    const { state, work } = anIndex(1);
    for (let second = 0; second < 10; second++) {
      await work.keepUp();
      state.at += 1_000;
    }
    expect(state.transactions).toEqual([]);
    await work.keepUp();
    expect(state.transactions).toEqual([1]);
    await work.keepUp();
    expect(state.transactions).toEqual([1]);
  });

  it("adds a hundred rows at once without waiting", async () => {
    const { state, work } = anIndex(100);
    await work.keepUp();
    expect(state.transactions).toEqual([100]);
  });
});
