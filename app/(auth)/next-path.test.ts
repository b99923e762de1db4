import { describe, expect, it } from "vitest";
import { safeNext } from "./next-path";

describe("safeNext", () => {
  it("keeps paths of this server, with query and fragment", () => {
    expect(safeNext("/dashboard/bots?status=online#x")).toBe("/dashboard/bots?status=online#x");
  });
  it.each([
    undefined,
    "",
    "dashboard",
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
  ])("refuses %j", (next) => {
    expect(safeNext(next)).toBe("/dashboard");
  });
  it("refuses a repeated parameter", () => {
    expect(safeNext(["/admin", "//evil.example"])).toBe("/dashboard");
  });
  it("does not lead back to the pages for signed-out people, nor to the API", () => {
    for (const next of ["/login", "/login?next=/x", "/setup", "/api/auth/logout"])
      expect(safeNext(next)).toBe("/dashboard");
  });
  it("resolves dot segments before judging", () => {
    expect(safeNext("/dashboard/..//evil.example")).toBe("/dashboard");
  });
});
