import { expect, it, vi } from "vitest";
import { DEFAULT_SCHEDULE } from "./contract";
import type { BackupDisk } from "./disk";
import { createBackupSchedule } from "./schedule";

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
