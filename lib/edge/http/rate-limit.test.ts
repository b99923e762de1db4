import { describe, expect, it } from "vitest";
import { BUDGETS, countRequest } from "./rate-limit";

const spend = (key: string, at: number, times: number) => {
  for (let call = 0; call < times; call++) countRequest("export", key, at);
};

describe("budgets", () => {
  it("hold for a minute and start anew", () => {
    spend("a", 0, BUDGETS.export);
    expect(() => countRequest("export", "a", 59_999)).toThrow(
      expect.objectContaining({ code: "RATE_LIMITED", retryAfter: 1 }),
    );
    expect(() => countRequest("export", "a", 60_000)).not.toThrow();
  });

  it("say in how many whole seconds to come back", () => {
    spend("b", 0, BUDGETS.export);
    expect(() => countRequest("export", "b", 500)).toThrow(expect.objectContaining({ retryAfter: 60 }));
  });

  it("are one per credential and one per kind", () => {
    spend("c", 0, BUDGETS.export);
    expect(() => countRequest("export", "d", 0)).not.toThrow();
    expect(() => countRequest("rest", "c", 0)).not.toThrow();
  });

  it("keep their memory bounded under a flood of addresses, without forgetting who is over", () => {
    for (let index = 0; index < 250_000; index++) countRequest("public", `flood-${index}`, 120_000);
    spend("e", 120_000, BUDGETS.export);
    expect(() => countRequest("export", "e", 120_000)).toThrow(expect.objectContaining({ code: "RATE_LIMITED" }));
  });
});
