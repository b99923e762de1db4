import { randomBytes } from "node:crypto";
import { afterEach, expect, it, vi } from "vitest";

vi.mock("node:crypto", () => ({ randomBytes: vi.fn() }));
afterEach(() => vi.useRealTimers());

it("writes the time and six random bytes in base 36, each with all its digits", async () => {
  const values = [0, 1, 35, 36 ** 5 - 1, 36 ** 5, 36 ** 9, 2 ** 48 - 1, 123_456_789_012_345];
  const pool = Buffer.alloc(6 * 512);
  values.forEach((value, index) => {
    pool.writeUIntBE(value, index * 6, 6);
  });
  vi.mocked(randomBytes).mockImplementation(() => pool);
  const { newId } = await import("./ids");
  vi.useFakeTimers();
  values.forEach((value, index) => {
    const at = Date.UTC(2026, 10, 29) + Math.floor(index / 2);
    vi.setSystemTime(at);
    expect(newId("cmd")).toBe(`cmd_${at.toString(36)}${value.toString(36).padStart(10, "0")}`);
  });
});
