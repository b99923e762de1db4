/** Hints in batches, and who is looking on over several processes. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createHints } from "./tickets.hints";
import { createViewers } from "./tickets.viewers";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("a busy queue is told a few times a second, each ticket once, and not without bounds", () => {
  const send = vi.fn();
  const hints = createHints(send);
  for (let at = 0; at < 300; at++) hints.add(`t${at % 150}`, at % 2 ? ["staff"] : ["staff", "user"]);
  hints.add("mine", ["user"]);
  expect(send).not.toHaveBeenCalled();
  vi.advanceTimersByTime(400);
  expect(send).toHaveBeenCalledTimes(2);
  const [staff, user] = ["staff", "user"].map((room) => send.mock.calls.find(([to]) => to === room)![1]);
  expect([staff.ticket_ids.length, staff.more]).toEqual([100, true]);
  expect([user.ticket_ids.length, user.more, user.ticket_ids.includes("mine")]).toEqual([76, false, true]);
  hints.add("t1", ["staff"]);
  hints.close();
  vi.advanceTimersByTime(400);
  expect(send).toHaveBeenCalledTimes(2);
});

it("who came and went is told once; who is heard of no more is gone", () => {
  const changed = vi.fn();
  let at = 0;
  const viewers = createViewers(changed, () => at);
  const [ann, ben] = ["ann", "ben"].map((name) => ({ user_id: name, user_name: name, staff: true }));
  viewers.heard("t", ann!, true);
  viewers.heard("t", ann!, true);
  viewers.heard("t", ben!, true);
  viewers.heard("other", ben!, false);
  expect(changed.mock.calls.map(([, list]) => list.length)).toEqual([1, 2]);
  at = 60_000;
  viewers.heard("t", ben!, true);
  at = 80_000;
  viewers.sweep();
  expect(viewers.of("t")).toEqual([ben]);
  viewers.heard("t", ben!, false);
  expect([...viewers.all()]).toEqual([]);
  expect(changed).toHaveBeenLastCalledWith("t", []);
});
