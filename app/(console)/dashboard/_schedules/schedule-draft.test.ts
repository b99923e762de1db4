import { expect, it } from "vitest";
import { bodyOf, draftOf, isMissing, newDraft } from "./schedule-draft";

const command = { type: "ping", payload: { n: 1 }, priority: 5, expires_in: 3600, max_attempts: 3 };
const stored = {
  ...{ name: "Nightly", cron: "30 2 * * *", time_zone: "Europe/Berlin", filter: { tag: "eu", host: "alpha" } },
  ...{ ...command, shard: 2, offline: "skip" as const, overlap: "send" as const, missed: "run" as const },
};

it("keeps every field of a stored schedule, also those that the form does not show", () => {
  expect(bodyOf(draftOf(stored), command)).toEqual(stored);
});

it.each([
  [{ name: " " }, "name"],
  [{ name: "a", when: { ...newDraft("UTC").when, time: "" } }, "when"],
  [{ name: "a", target: "selected" as const }, "bot_ids"],
])("names the field that is missing in %j", (change, field) => {
  const body = bodyOf({ ...newDraft("UTC"), ...change }, command);
  expect(isMissing(body) && body.field).toBe(field);
});
