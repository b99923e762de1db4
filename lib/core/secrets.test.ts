import { describe, expect, it } from "vitest";
import { createSealing, derivedKey, hashToken, newToken, sameSecret, seal, sign, unseal } from "./secrets";

describe("secrets", () => {
  it("makes tokens of 256 bits that differ", () => {
    const tokens = new Set(Array.from({ length: 100 }, () => newToken("mb")));
    expect(tokens.size).toBe(100);
    for (const token of tokens) expect(Buffer.from(token.slice(3), "base64url")).toHaveLength(32);
  });

  it("seals so that only this server reads it, differently each time, and notices a change", () => {
    const [one, two] = [seal("a bot's token"), seal("a bot's token")];
    expect(one).not.toBe(two);
    expect(unseal(one)).toBe("a bot's token");
    const bytes = Buffer.from(one, "base64url");
    for (const place of [0, 14, bytes.length - 1]) {
      const forged = Buffer.from(bytes);
      forged[place]! ^= 1;
      expect(() => unseal(forged.toString("base64url"))).toThrow();
    }
    expect(() => unseal("")).toThrow();
  });

  it("opens what the old key sealed, and seals it again with the present one", () => {
    const [before, after] = [createSealing("old key"), createSealing("new key", "old key")];
    const sealed = before.seal("a bot's token");
    expect(after.unseal(sealed)).toBe("a bot's token");
    const again = after.reseal(sealed);
    expect(createSealing("new key").unseal(again)).toBe("a bot's token");
    expect(after.reseal(again)).toBe(again);
    expect(() => before.unseal(again)).toThrow();
    expect(() => after.reseal(createSealing("third key").seal("x"))).toThrow();
  });

  it("derives a key of its own for each purpose", () => {
    expect(derivedKey("jwt")).toHaveLength(32);
    expect(derivedKey("jwt").equals(derivedKey("seal"))).toBe(false);
    expect(sign("state", "x")).not.toBe(sign("other", "x"));
  });

  it("compares texts of any length", () => {
    expect(sameSecret("a", "a")).toBe(true);
    expect(sameSecret("a", "ab")).toBe(false);
    expect(hashToken("a")).toMatch(/^[0-9a-f]{64}$/);
  });
});
