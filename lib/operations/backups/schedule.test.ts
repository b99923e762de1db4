import { expect, it, vi } from "vitest";
import { DEFAULT_SCHEDULE, Schedule } from "./contract";
import type { BackupDisk } from "./disk";
import { createBackupSchedule, nextRun } from "./schedule";

it.each([
  ["UTC", "2026-03-28T12:00:00Z", "2026-03-29T04:30:00.000Z"],
  ["Europe/Berlin", "2026-03-27T12:00:00Z", "2026-03-28T03:30:00.000Z"],
  ["Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T02:30:00.000Z"],
  ["America/New_York", "2026-01-01T12:00:00Z", "2026-01-02T09:30:00.000Z"],
])("keeps to the clock of %s, summer time too (from %s)", (timezone, from, expected) => {
  expect(nextRun({ ...DEFAULT_SCHEDULE, time: "04:30", timezone }, Date.parse(from))).toBe(expected);
});

it("refuses a time zone that nobody knows", () => {
  expect(Schedule.safeParse({ ...DEFAULT_SCHEDULE, timezone: "Mars/Olympus" }).success).toBe(false);
  expect(Schedule.safeParse({ ...DEFAULT_SCHEDULE, timezone: "Europe/Berlin" }).success).toBe(true);
});

it("takes the daily one though the database did not answer when it became due", async () => {
  const clock = { at: Date.parse("2026-03-01T02:29:50Z") };
  const schedule = vi.fn(async () => ({ schedule: DEFAULT_SCHEDULE, version: 0 }));
  const createDue = vi.fn(async () => undefined);
  const { look } = createBackupSchedule({
    ...{ store: { schedule }, work: { createDue }, now: () => clock.at },
    disk: { list: async () => [] } as unknown as BackupDisk,
  });
  clock.at += 30_000;
  schedule.mockRejectedValueOnce(new Error("away"));
  await expect(look()).rejects.toThrow("away");
  clock.at += 30_000;
  await look();
  await look();
  expect(createDue.mock.calls).toEqual([[expect.objectContaining({ name: "backup" }), "2026-03-01T02:30:00.000Z"]]);
});
