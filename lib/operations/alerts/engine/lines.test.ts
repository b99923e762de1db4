/** Lines are counted once for each rule that they match, whether they are stored or found. */
import { describe, expect, it, vi } from "vitest";
import type { RecentLine } from "@/lib/fleet/telemetry";
import type { Log } from "@/lib/fleet/telemetry/contract";
import { RuleInput } from "@/lib/operations/alerts/rules/contract";
import type { WatchedRule } from "@/lib/operations/alerts/rules/store";
import { eventually } from "@/tests/eventually";
import { createLineCounter } from "./lines";

const START = Date.parse("2026-03-01T12:00:00Z");
const MINUTE = 60_000;

const aRule = (input: object = {}): WatchedRule => ({
  ...RuleInput.parse({ name: "R", metric: "log_match", query: "lost", threshold: 1, ...input }),
  ...{
    rule_id: "r",
    team_id: 1,
    owner_id: 1,
    version: 0,
    created_at: 0,
    updated_at: 0,
    of_admin: false,
    rights: undefined,
  },
});
const aLine = (id: number, message = "gateway lost", bot_id = "ada"): Log => ({
  ...{ id, message, bot_id, type: "info", level: "info", metadata: {}, timestamp: "", received_at: "" },
});

function counting(...rules: WatchedRule[]) {
  const clock = { at: START };
  const enabled = { current: rules };
  /** The lines that the search finds. */
  const before: RecentLine[] = [];
  const errors: unknown[] = [];
  const recentLines = vi.fn(async (_: object, each: (line: RecentLine) => void) => {
    before.forEach(each);
    return 0;
  });
  const counter = createLineCounter({
    ...{ rules: async () => enabled.current, recentLines, now: () => clock.at },
    onError: (error) => errors.push(error),
  });
  const store = (team_id: number | null, ...logs: Log[]) => counter.stored({ bot_id: logs[0]!.bot_id, team_id, logs });
  const read = (rule = enabled.current[0]!) => counter.read(rule);
  const total = (rule?: WatchedRule) => read(rule)?.reduce((sum, { count }) => sum + count, 0);
  /** Waits until the event loop has tested what was stored. */
  const tested = () => new Promise((resolve) => setImmediate(resolve));
  return { ...counter, clock, enabled, before, errors, recentLines, store, read, total, tested };
}

describe("lines", () => {
  it("are counted by bot, if they match and the rule's owner sees the bot", async () => {
    const { refresh, store, read, tested } = counting(aRule());
    await refresh();
    store(1, aLine(1), aLine(2, "found"), aLine(3, "lost 2"));
    store(2, aLine(4, "lost", "bob"));
    store(null, aLine(5, "lost", "new"));
    await tested();
    expect(read()).toEqual([
      { bot_id: "ada", team_id: 1, count: 2, newest: expect.objectContaining({ id: 3, message: "lost 2" }) },
    ]);
  });

  it("are offered to the rules of their bot alone, by its present team and the present rules", async () => {
    const [first, second] = [aRule(), { ...aRule(), rule_id: "s", team_id: 2, owner_id: 2 }];
    const { refresh, store, total, tested, enabled } = counting(first, second);
    await refresh();
    store(1, aLine(1));
    await tested();
    // The bot was given to another team.
    store(2, aLine(2), aLine(3));
    await tested();
    expect([total(first), total(second)]).toEqual([1, 2]);
    const third = { ...aRule(), rule_id: "t", team_id: 2, owner_id: 2 };
    enabled.current = [first, third];
    await refresh();
    store(2, aLine(4));
    await tested();
    expect([total(third), total(second)]).toEqual([1, undefined]);
  });

  it("leave the count when the window has passed", async () => {
    const { refresh, clock, store, total, tested } = counting(aRule({ window_s: 300 }));
    await refresh();
    store(1, aLine(1));
    await tested();
    clock.at += 4 * MINUTE;
    store(1, aLine(2));
    await tested();
    expect(total()).toBe(2);
    clock.at += 2 * MINUTE;
    expect(total()).toBe(1);
    clock.at += 10 * MINUTE;
    expect(total()).toBe(0);
  });

  it("count once although they are both found and stored", async () => {
    const { refresh, maintain, clock, before, store, total, recentLines, tested } = counting(aRule());
    const line = (id: number) => ({ id, bot_id: "ada", team_id: 1, message: "lost", at: START - 1_000 });
    before.push(line(3), line(2), line(1));
    recentLines.mockImplementationOnce(async (_, each) => {
      // One line is tested while the search runs, and another process's fact comes after it.
      store(1, aLine(3));
      await tested();
      before.forEach(each);
      return 0;
    });
    await refresh();
    store(1, aLine(2), aLine(4));
    await tested();
    expect(total()).toBe(4);
    clock.at += 2 * MINUTE;
    await maintain();
    store(1, aLine(5));
    await tested();
    expect(total()).toBe(5);
  });

  it("are searched for again when the query changes, and not when another field does", async () => {
    const { refresh, enabled, read, total, before, recentLines } = counting(aRule());
    await refresh();
    enabled.current = [{ ...aRule({ threshold: 7, name: "S" }), version: 1 }];
    await refresh();
    expect(recentLines).toHaveBeenCalledTimes(1);
    before.push({ id: 1, bot_id: "ada", team_id: 1, message: "found", at: START });
    const changed = aRule({ query: "found" });
    expect(read(changed)).toBeUndefined();
    enabled.current = [changed];
    await refresh();
    expect(total()).toBe(1);
    enabled.current = [];
    await refresh();
    expect(read(changed)).toBeUndefined();
  });

  it("are not known until the search succeeds, and are searched for again after missed facts", async () => {
    const { refresh, maintain, recount, errors, total, before, recentLines } = counting(aRule());
    recentLines.mockRejectedValueOnce(new Error("The database is away"));
    await refresh();
    expect([total(), errors.length]).toEqual([undefined, 1]);
    await maintain();
    expect(total()).toBe(0);
    before.push({ id: 1, bot_id: "ada", team_id: 1, message: "lost", at: START });
    await recount();
    expect(total()).toBe(1);
  });

  it("are tested in slices, so that others come between", async () => {
    const { refresh, store, total } = counting(
      ...Array.from({ length: 40 }, (_, at) => ({ ...aRule(), rule_id: `r${at}` })),
    );
    await refresh();
    let slices = 0;
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      slices++;
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    });
    for (let batch = 0; batch < 20; batch++)
      store(
        1,
        ...Array.from({ length: 1_000 }, (_, at) => aLine(batch * 1_000 + at + 1, `lost ${"word ".repeat(30)}`)),
      );
    await eventually(() => expect(total({ ...aRule(), rule_id: "r39" })).toBe(20_000));
    clearInterval(timer);
    expect(slices).toBeGreaterThan(5);
  });

  it("that are too many at once are searched for later", async () => {
    const { refresh, maintain, store, total, before, tested } = counting(aRule());
    await refresh();
    const many = Array.from({ length: 50_001 }, (_, at) => aLine(at + 1));
    store(1, ...many);
    await tested();
    expect(total()).toBe(0);
    before.push({ id: 1, bot_id: "ada", team_id: 1, message: "lost", at: START });
    await maintain();
    expect(total()).toBe(1);
  });

  it("of a deleted bot are forgotten", async () => {
    const { refresh, store, total, forgetBot, tested } = counting(aRule());
    await refresh();
    store(1, aLine(1));
    await tested();
    forgetBot("ada");
    expect(total()).toBe(0);
  });

  it("cost nothing while there is no rule: they are not even kept for a moment", async () => {
    const { stored, refresh, maintain, recentLines } = counting();
    await refresh();
    await maintain();
    const due = vi.spyOn(globalThis, "setImmediate");
    const logs = new Proxy([] as Log[], { get: () => expect.unreachable("the lines were looked at") });
    stored({ bot_id: "ada", team_id: 1, logs });
    expect(due).not.toHaveBeenCalled();
    due.mockRestore();
    expect(recentLines).not.toHaveBeenCalled();
  });
});
