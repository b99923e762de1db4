import { describe, expect, it } from "vitest";
import { createTimeFormat, parseTyped } from "./times";

const at = "2026-11-28T13:02:11.500Z";

describe("createTimeFormat", () => {
  const berlin = createTimeFormat({ time_zone: "Europe/Berlin", clock: "24h" });
  const newYork = createTimeFormat({ time_zone: "America/New_York", clock: "12h" });

  it("writes dates and times in the person's zone and clock", () => {
    expect(berlin.dateTime(at)).toBe("28 Nov 2026, 14:02");
    expect(newYork.dateTime(at)).toBe("28 Nov 2026, 08:02 am");
    expect(berlin.seconds(at)).toBe("14:02:11");
    expect(berlin.clock(Date.parse(at))).toBe("14:02");
    expect(newYork.clock("2026-11-28T22:30:00Z")).toBe("05:30 pm");
  });

  it("names the zone in full times", () => {
    expect(berlin.full(at)).toMatch(/^28 Nov 2026, 14:02:11 (CET|GMT\+1)$/);
  });

  it("counts midnight as 00:00", () => {
    expect(berlin.clock("2026-11-27T23:00:00Z")).toBe("00:00");
  });

  it("ends a day at the zone's midnight", () => {
    expect(berlin.dayKey("2026-11-28T22:59:59Z")).toBe("2026-11-28");
    expect(berlin.dayKey("2026-11-28T23:00:00Z")).toBe("2026-11-29");
    expect(newYork.dayKey("2026-11-28T23:00:00Z")).toBe("2026-11-28");
    expect(berlin.weekday("2026-11-28T23:00:00Z")).toBe("Sun 29 Nov");
  });

  it("follows summer time", () => {
    expect(berlin.clock("2026-07-01T12:00:00Z")).toBe("14:00");
    expect(berlin.clock("2026-12-01T12:00:00Z")).toBe("13:00");
  });
});

describe("parseTyped", () => {
  const inBerlin = (text: string) => new Date(parseTyped(text, "Europe/Berlin")).toISOString();

  it("reads a typed time in the given zone", () => {
    expect(inBerlin("2026-11-28 14:02")).toBe("2026-11-28T13:02:00.000Z");
    expect(inBerlin("2026-07-01T14:02:30")).toBe("2026-07-01T12:02:30.000Z");
    expect(inBerlin("2026-11-28")).toBe("2026-11-27T23:00:00.000Z");
    expect(inBerlin("2026-11-28 2:02 pm")).toBe("2026-11-28T13:02:00.000Z");
    expect(inBerlin("2026-11-28 12:02 am")).toBe("2026-11-27T23:02:00.000Z");
  });

  it("uses the offset of that moment beside a change of summer time", () => {
    expect(inBerlin("2026-03-29 01:59")).toBe("2026-03-29T00:59:00.000Z");
    expect(inBerlin("2026-03-29 03:00")).toBe("2026-03-29T01:00:00.000Z");
    expect(inBerlin("2026-10-25 03:00")).toBe("2026-10-25T02:00:00.000Z");
  });

  it("reads back what dayKey and clock write", () => {
    for (const clock of ["12h", "24h"] as const) {
      const format = createTimeFormat({ time_zone: "America/New_York", clock });
      const minute = Date.parse("2026-11-28T05:02:00Z");
      expect(parseTyped(`${format.dayKey(minute)} ${format.clock(minute)}`, format.zone())).toBe(minute);
    }
  });

  it.each(["", "noon", "2026-02-31", "2026-13-01", "2026-11-28 24:00", "2026-11-28 13:00 pm", "2026-11-28 10:60"])(
    "refuses %j",
    (text) => expect(parseTyped(text, "UTC")).toBeNaN(),
  );
});
