/** Online time: only where the server ran, and only since a bot's first report. */
import { expect, it } from "vitest";
import { joined, lengths, onlineTime } from "./known";

const buckets = { start: 100, width: 10, count: 3 };
const whole = [{ from: 100, to: 130 }];
const change = (status: string, at: number, bot_id = "a") => ({ bot_id, status, at });

it("joins stretches that overlap or touch, and leaves gaps", () => {
  const stretches = [
    { from: 20, to: 30 },
    { from: 0, to: 10 },
    { from: 10, to: 15 },
  ];
  expect(joined(stretches)).toEqual([
    { from: 0, to: 15 },
    { from: 20, to: 30 },
  ]);
  expect(lengths(joined(stretches), { start: 0, width: 20, count: 2 })).toEqual([15, 10]);
});

it("counts what a bot said of itself as online, and splits it between buckets", () => {
  const changes = [change("online", 50), change("busy", 104), change("offline", 115), change("online", 128)];
  expect(onlineTime(changes, whole, buckets)).toEqual({ online: [10, 5, 2], reported: [10, 10, 10] });
});

it("knows nothing of the time in which the server did not run", () => {
  const known = [
    { from: 100, to: 105 },
    { from: 125, to: 130 },
  ];
  expect(onlineTime([change("online", 50)], known, buckets)).toEqual({ online: [5, 0, 5], reported: [5, 0, 5] });
});

it("knows nothing of a bot that has not connected yet", () => {
  const changes = [change("offline", 102), change("online", 115)];
  expect(onlineTime(changes, whole, buckets)).toEqual({ online: [0, 5, 10], reported: [0, 5, 10] });
});

it("adds bots up", () => {
  const changes = [change("online", 50), change("online", 60, "b"), change("offline", 120, "b")];
  expect(onlineTime(changes, whole, buckets)).toEqual({ online: [20, 20, 10], reported: [20, 20, 20] });
});
