import { expect, it } from "vitest";
import { addGroups, type LogGroup } from "@/lib/fleet/telemetry/queries.counts";
import { sharesOf } from "./patterns";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
const group = (pattern: string, count: number, id: number): LogGroup => ({
  ...{ pattern, count, first: at(id), bot_ids: [`bot_${id}`], buckets: [{ at: at(id), count }] },
  newest: { id, level: "info", message: pattern, timestamp: at(id), bot_id: `bot_${id}` },
});
const NOTHING = { count: 0, groups: new Map(), levels: new Map(), bots: new Map(), isWhole: false, isCut: false };

it("adds answers up by pattern, and keeps the newest line and the first time", () => {
  const answer = { levels: [{ level: "info", count: 2 }], bots: [{ bot_id: "a", count: 2 }] };
  const one = addGroups(NOTHING, {
    ...answer,
    count: 2,
    groups: [group("x #", 2, 9)],
    next_cursor: "7",
    counted_to: at(7),
  });
  expect(one).toMatchObject({ isWhole: false, countedTo: at(7) });
  const both = addGroups(one, {
    ...answer,
    count: 4,
    groups: [group("x #", 3, 5), group("y", 1, 6)],
    next_cursor: null,
  });
  expect(both).toMatchObject({ count: 6, isWhole: true, isCut: false });
  expect([both.levels.get("info"), both.bots.get("a"), both.groups.size]).toEqual([4, 4, 2]);
  expect(both.groups.get("x #")).toMatchObject({
    count: 5,
    newest: { id: 9 },
    first: at(5),
    bot_ids: ["bot_9", "bot_5"],
  });
});

it("says that patterns were left out when there are too many", () => {
  const groups = Array.from({ length: 1_001 }, (_, place) => group(`kind ${place}`, 1, 1));
  const all = addGroups(NOTHING, { count: 1_001, groups, levels: [], bots: [], next_cursor: null });
  expect([all.groups.size, all.isCut]).toEqual([1_000, true]);
});

it("divides a range into equal parts and loses no line", () => {
  const span = { from: Date.parse(at(10)), to: Date.parse(at(34)) };
  const shares = sharesOf({ buckets: [9, 10, 33, 34].map((minute) => ({ at: at(minute), count: 1 })) }, span);
  expect(shares).toHaveLength(24);
  expect([shares[0], shares[23]]).toEqual([2, 2]);
});
