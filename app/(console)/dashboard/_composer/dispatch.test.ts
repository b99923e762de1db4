import { expect, it } from "vitest";
import { dispatchOf, NO_DISPATCH, readDispatch } from "./dispatch";

const NOW = Date.parse("2026-01-01T12:00:00.000Z");
const read = (over: Partial<typeof NO_DISPATCH>) => readDispatch({ ...NO_DISPATCH, ...over }, NOW);

it("sends nothing of what was left empty", () => {
  expect(read({})).toEqual({ ok: true, options: {} });
});

it("reads what was typed", () => {
  const typed = {
    priority: "-5",
    expires: "1.5",
    unit: "h",
    runAt: "2026-01-01T13:00:00Z",
    maxAttempts: "3",
    key: " k ",
  };
  expect(read(typed as never)).toEqual({
    ok: true,
    options: {
      priority: -5,
      expires_in: 5400,
      run_at: "2026-01-01T13:00:00.000Z",
      max_attempts: 3,
      idempotency_key: "k",
    },
  });
});

it.each([{}, { priority: 5, expires_in: 5400, max_attempts: 3 }, { expires_in: 172_800 }, { expires_in: 7 }])(
  "shows %j as it would be typed",
  (options) => expect(readDispatch(dispatchOf(options), NOW)).toEqual({ ok: true, options }),
);

it.each([
  ["priority", { priority: "101" }],
  ["priority", { priority: "high" }],
  ["expires", { expires: "31", unit: "days" as const }],
  ["expires", { expires: "0" }],
  ["runAt", { runAt: "2028-01-01T00:00:00Z" }],
  ["maxAttempts", { maxAttempts: "0" }],
])("names %s when it is out of bounds", (field, over) => {
  expect(read(over)).toMatchObject({ ok: false, field });
});
