import { expect, it } from "vitest";
import { downByHost, hostOf } from "./host-siblings";

const bot = (
  status: string,
  metadata: Record<string, unknown>,
  last_active: string | null = "2026-01-01T00:00:00Z",
) => ({
  ...{ status, metadata, last_active },
});

it("counts the bots that are down on each host, without those that never ran", () => {
  const counts = downByHost([
    bot("offline", { host: "EU-1" }),
    bot("offline", { hostname: "eu-1 " }),
    bot("offline", { host: "eu-1" }, null),
    bot("online", { host: "eu-1" }),
    bot("offline", { host: 7 }),
    bot("offline", {}),
  ]);
  expect([...counts]).toEqual([["eu-1", 2]]);
});

it("reads the host as the filter of the list does", () => {
  expect(hostOf({ metadata: { host: ` ${"x".repeat(120)}` } })).toBe("x".repeat(100));
  expect(hostOf({ metadata: { host: " " } })).toBeUndefined();
});
