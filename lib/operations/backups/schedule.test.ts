import { rmSync } from "node:fs";
import { expect, it, vi } from "vitest";
import { temporaryFolder } from "@/tests/backups";
import { pack } from "./archive/pack";
import { DEFAULT_SCHEDULE, Schedule } from "./contract";
import { type BackupDisk, createBackupDisk } from "./disk";
import { createBackupSchedule, nextRun, surplus } from "./schedule";

// The first test, because the calendar keeps what it loaded.
it("loads no tables of time zones for a schedule in UTC", () => {
  const format = vi.spyOn(Intl, "DateTimeFormat");
  const local = vi.spyOn(Date.prototype, "toLocaleString");
  nextRun({ ...DEFAULT_SCHEDULE, timezone: "UTC" }, Date.parse("2026-03-28T12:00:00Z"));
  const calls = [...format.mock.calls, ...local.mock.calls];
  vi.restoreAllMocks();
  expect(calls).toEqual([]);
});

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

it("prunes automatic backups alone, and never the newest", () => {
  const day = 86_400_000;
  const at = Date.parse("2026-03-31T00:00:00Z");
  const backup = (age: number, reason: "scheduled" | "manual" | "before_restore") => ({
    ...{ filename: `${reason}${age}`, size: "", size_bytes: 1, timestamp: new Date(at - age * day).toISOString() },
    ...{ description: "", status: "completed" as const, reason, version: null, provider: null, rows: null },
    include_downloads: null,
  });
  const rules = {
    enabled: true,
    time: "02:30",
    timezone: "UTC",
    keep_count: 2,
    keep_days: 10,
    include_downloads: false,
  };
  const list = [backup(1, "scheduled"), backup(2, "before_restore"), backup(3, "scheduled"), backup(40, "manual")];
  expect(surplus(list, rules, at)).toEqual(["scheduled3"]);
  expect(surplus([backup(50, "scheduled")], rules, at)).toEqual([]);
  expect(surplus([backup(1, "scheduled"), backup(11, "scheduled")], rules, at)).toEqual(["scheduled11"]);
});

it("takes the daily one when it is due, once, and prunes after it", async () => {
  const folder = temporaryFolder();
  try {
    const clock = { at: Date.parse("2026-03-01T02:29:50Z") };
    const disk = createBackupDisk(folder);
    const taken: string[] = [];
    const schedule = createBackupSchedule({
      store: {
        schedule: async () => ({
          schedule: {
            enabled: true,
            time: "02:30",
            timezone: "UTC",
            keep_count: 1,
            keep_days: 0,
            include_downloads: false,
          },
          version: 1,
        }),
      },
      disk,
      work: {
        createDue: async ({ name }, due) => {
          if ((await disk.list()).some(({ timestamp }) => timestamp >= due)) return undefined;
          const reason = "scheduled" as const;
          taken.push(reason);
          const filename = await disk.freeName(name, clock.at);
          const created_at = new Date(clock.at).toISOString();
          const manifest = { ...{ format: 1 as const, name, description: "", reason, created_at, version: "1" } };
          const database = {
            provider: "sqlite" as const,
            migrations: [],
            tables: {},
            include_downloads: false,
            key_id: "",
          };
          await pack(disk.pathOf(filename), { ...manifest, ...database }, []);
          return (await disk.read(filename))!;
        },
      },
      now: () => clock.at,
    });
    await schedule.look();
    expect(taken).toEqual([]);
    clock.at += 15_000;
    await schedule.look();
    await schedule.look();
    expect(taken).toEqual(["scheduled"]);
    clock.at += 86_400_000;
    await schedule.look();
    expect(taken).toHaveLength(2);
    expect((await disk.list()).map(({ filename }) => filename)).toEqual(["backup_20260302_023005.tar.gz"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
