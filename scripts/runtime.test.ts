import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isRecentEnough, runtimePackage } from "./runtime.mjs";

describe("isRecentEnough", () => {
  it.each(["22.16.0", "22.21.1", "24.0.0", "26.1.0"])("accepts Node %s", (version) => {
    expect(isRecentEnough(version)).toBe(true);
  });
  it.each(["18.20.8", "20.19.6", "21.7.3", "22.15.1"])("refuses Node %s", (version) => {
    expect(isRecentEnough(version)).toBe(false);
  });
});

describe("runtimePackage", () => {
  const lock = JSON.parse(readFileSync("scripts/runtime/package-lock.json", "utf8"));

  it.each([
    ["linux", "x64"],
    ["linux", "arm64"],
    ["darwin", "x64"],
    ["win32", "x64"],
  ])("names a package for %s on %s that the lock pins with its integrity", (platform, arch) => {
    const name = runtimePackage({ platform, arch, isMusl: false });
    expect(lock.packages[`node_modules/${name}`]).toMatchObject({
      integrity: expect.stringMatching(/^sha512-/),
      os: platform === "win32" ? "win32" : platform,
      cpu: arch,
    });
  });
  it.each([
    ["linux", "x64", true],
    ["darwin", "arm64", false],
    ["win32", "arm64", false],
  ])("names none for %s on %s, musl %s", (platform, arch, isMusl) => {
    expect(runtimePackage({ platform, arch, isMusl })).toBeUndefined();
  });
});
