import { expect, it } from "vitest";
import type { TicketMessage } from "@/lib/community/tickets/contract";
import { createTimeFormat } from "@/lib/core/format/times";
import { dayLabel, timeline } from "./timeline";

const format = createTimeFormat({ time_zone: null, clock: "24h" });

let seq = 0;
const said = (author_id: string, at: string, more: Partial<TicketMessage> = {}) => {
  seq += 1;
  return { id: `m${seq}`, seq, author_id, timestamp: at, is_note: false, is_system: false, ...more } as TicketMessage;
};
const now = new Date("2026-03-05T12:00:00");
const kinds = (messages: TicketMessage[], unreadAfter: number | null = null, me = "me") =>
  timeline(messages, { me, unreadAfter, now, format }).map((one) =>
    one.kind === "message" ? (one.first ? "first" : "next") : one.kind,
  );

it("draws messages of one author together until somebody else, a pause, a note, an event or a day comes", () => {
  expect(
    kinds([
      said("a", "2026-03-04T23:58:00"),
      said("a", "2026-03-05T00:01:00"),
      said("a", "2026-03-05T00:02:00"),
      said("b", "2026-03-05T00:03:00"),
      said("b", "2026-03-05T00:09:00"),
      said("b", "2026-03-05T00:10:00", { is_note: true }),
      said("system", "2026-03-05T00:11:00", { is_system: true }),
      said("b", "2026-03-05T00:11:30", { is_note: true }),
    ]),
  ).toEqual(["day", "first", "day", "first", "next", "first", "first", "first", "event", "first"]);
});

it("rules off what is unread before the first message of somebody else", () => {
  const messages = [
    said("me", "2026-03-05T10:00:00"),
    said("me", "2026-03-05T10:01:00"),
    said("b", "2026-03-05T10:02:00"),
    said("b", "2026-03-05T10:03:00"),
  ];
  const start = messages[0]!.seq;
  expect(kinds(messages, start)).toEqual(["day", "first", "next", "unread", "first", "next"]);
  expect(kinds(messages, start + 2)).toEqual(["day", "first", "next", "first", "unread", "first"]);
  expect(kinds(messages, start + 3)).not.toContain("unread");
  expect(kinds(messages, 0)).not.toContain("unread");
  expect(kinds(messages, start + 1, "b")).not.toContain("unread");
});

it("names days as people do", () => {
  expect(dayLabel(new Date("2026-03-05T00:00:01"), now, format)).toBe("Today");
  expect(dayLabel(new Date("2026-03-04T23:59:59"), now, format)).toBe("Yesterday");
  expect(dayLabel(new Date("2026-03-02T12:00:00"), now, format)).toMatch(/^Mon,? 2 Mar$/);
  expect(dayLabel(new Date("2025-12-31T12:00:00"), now, format)).toMatch(/^Wed,? 31 Dec 2025$/);
});
