import { describe, expect, it } from "vitest";
import { createTimeFormat } from "./times";

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
