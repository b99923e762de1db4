import { describe, expect, it } from "vitest";
import type { WindowChange } from "@/lib/operations/maintenance/queries";
import { bodyOf, draftOf, lengthsWith, newDraft } from "./window-draft";

const AT = Date.parse("2026-03-10T12:00:00Z");
const named = { ...newDraft("Europe/Berlin"), name: "Upgrade" };

describe("the form of a maintenance window", () => {
  it("begins a single window now, and ends it after the chosen length", () =>
    expect(bodyOf(named, AT)).toEqual({
      ...{ name: "Upgrade", note: "", bots: null, tag: null, time_zone: "Europe/Berlin", pause_schedules: true },
      ends_at: "2026-03-10T13:00:00.000Z",
    }));

  it("sends a cron expression with a length for one that repeats", () => {
    const body = bodyOf({ ...named, isRepeating: true, minutes: 30 }, AT);
    expect(body).toMatchObject({ cron: "30 2 * * *", duration_minutes: 30 });
    expect(body).not.toHaveProperty("ends_at");
  });

  it.each([
    ["name", { name: " " }],
    ["bots", { scope: { bots: [], tag: null } }],
    ["tag", { scope: { bots: null, tag: "" } }],
    ["starts_at", { starts: "tomorrow" }],
    ["cron", { isRepeating: true, when: { ...named.when, kind: "cron" as const, cron: "" } }],
  ])("asks for the field %s", (field, change) => expect(bodyOf({ ...named, ...change }, AT)).toMatchObject({ field }));

  it.each<WindowChange>([
    { name: "Once", starts_at: "2026-03-10T12:00:00.000Z", ends_at: "2026-03-10T13:30:00.000Z" },
    { name: "Often", cron: "0 3 * * 0", duration_minutes: 45, time_zone: "Asia/Tokyo" },
  ])("keeps the times of the stored window $name", (stored) =>
    expect(bodyOf(draftOf(stored), AT)).toMatchObject(stored),
  );

  it("offers the length of a stored window beside the usual ones", () => {
    expect(lengthsWith(90)).toContainEqual([90, "1 hour, 30 minutes"]);
    expect(lengthsWith(60).map(([, text]) => text)).toContain("1 day");
  });
});
