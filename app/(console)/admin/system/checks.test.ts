import { describe, expect, it } from "vitest";
import { checksOf } from "./checks";

const passed = { name: "database", ok: true, detail: "answers" };
const failed = { name: "disk", ok: false, detail: "full" };

describe("the verdict above the health checks", () => {
  it.each([
    ["all passed", [passed], 4],
    ["overloaded", [passed], 250],
    ["1 check failed", [passed, failed], 4],
    ["2 checks failed", [failed, failed], 250],
  ])("is %s", (text, checks, event_loop_delay_ms) => {
    expect(checksOf({ checks, event_loop_delay_ms }).verdict.text).toBe(text);
  });

  it("counts a slow event loop as a check of its own", () => {
    const { rows } = checksOf({ checks: [passed], event_loop_delay_ms: 250 });
    expect(rows.map(({ name, status }) => [name, status])).toEqual([
      ["database", "ok"],
      ["load", "slow"],
    ]);
  });
});
