import { describe, expect, it } from "vitest";
import { parseEnv } from "./env";

describe("the environment", () => {
  it("needs nothing", () => {
    expect(parseEnv({})).toMatchObject({ PORT: 5000, provider: "sqlite", production: false, checkReplies: true });
    expect(parseEnv({ PORT: "", SECRET_KEY: "" }).PORT).toBe(5000);
  });

  it("takes PostgreSQL by its URL", () => {
    expect(parseEnv({ DATABASE_URL: "postgres://localhost/m" }).provider).toBe("postgresql");
  });

  it("stops the start with a line per mistake", () => {
    const start = () =>
      parseEnv({ PORT: "80000", SECRET_KEY: "short", DATABASE_URL: "mysql://x", TRUST_PROXY: "maybe" });
    for (const name of ["PORT", "SECRET_KEY", "DATABASE_URL", "TRUST_PROXY"]) expect(start).toThrow(name);
  });

  it("wants a name and a password of the first admin, or neither", () => {
    expect(() => parseEnv({ API_ADMIN_USER: "admin" })).toThrow("API_ADMIN_PASS");
    expect(() => parseEnv({ API_ADMIN_USER: "admin", API_ADMIN_PASS: "long enough" })).not.toThrow();
  });

  it("reads lists and flags", () => {
    expect(parseEnv({ CORS_ORIGINS: " https://a.example , ,https://b.example", OPEN_SIGNUP: "false" })).toMatchObject({
      CORS_ORIGINS: ["https://a.example", "https://b.example"],
      OPEN_SIGNUP: false,
    });
  });
});
