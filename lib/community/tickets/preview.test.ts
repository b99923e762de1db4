import { expect, it } from "vitest";
import { preview } from "./store.common";

it("ends a ticket's preview after a whole character, wherever the limit falls", () => {
  for (let lead = 0; lead < 12; lead++) {
    const short = preview(`${"x".repeat(lead)}${"👨‍👩‍👧‍👦".repeat(60)}`);
    expect(short).toMatch(/👦…$/u);
    expect(short.isWellFormed() && short.length <= 200).toBe(true);
  }
});
