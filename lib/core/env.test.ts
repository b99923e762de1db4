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

  it("accepts no passwords only where a provider signs people in", () => {
    expect(() => parseEnv({ AUTH_PASSWORD: "off" })).toThrow("OIDC_ISSUER");
    const env = parseEnv({ AUTH_PASSWORD: "off", OIDC_ISSUER: "https://id.example.org", OIDC_CLIENT_ID: "c" });
    expect([env.AUTH_PASSWORD, env.sso.length]).toEqual([false, 1]);
  });

  it("reads lists and flags", () => {
    expect(parseEnv({ CORS_ORIGINS: " https://a.example , ,https://b.example", OPEN_SIGNUP: "false" })).toMatchObject({
      CORS_ORIGINS: ["https://a.example", "https://b.example"],
      OPEN_SIGNUP: false,
    });
  });

  it("knows document 003's names; its own win", () => {
    expect(parseEnv({ API_PORT: "5070", REDIS_HOST: "cache", REDIS_PORT: "6380" })).toMatchObject({
      PORT: 5070,
      REDIS_URL: "redis://cache:6380",
    });
    expect(parseEnv({ REDIS_HOST: "localhost" }).REDIS_URL).toBe("redis://localhost:6379");
    expect(parseEnv({ API_PORT: "1", PORT: "2", REDIS_HOST: "a", REDIS_URL: "rediss://b:1" })).toMatchObject({
      PORT: 2,
      REDIS_URL: "rediss://b:1",
    });
    expect(() => parseEnv({ API_PORT: "80000" })).toThrow("PORT");
  });

  it("tells what will not do what it says", () => {
    expect(parseEnv({}).notices).toEqual([]);
    expect(parseEnv({ FCM_SERVER_KEY: "AAAA" }).notices).toEqual([expect.stringContaining("FCM_SERVICE_ACCOUNT")]);
    const discord = { DISCORD_CLIENT_ID: "1", DISCORD_CLIENT_SECRET: "s", LOOTLING_ROLE_ID: "3" };
    expect(parseEnv(discord).notices).toEqual([expect.stringContaining("DISCORD_GUILD_ID")]);
    expect(parseEnv({ METRICS_TOKEN: "m".repeat(16), OPEN_METRICS: "true" }).notices).toEqual([
      expect.stringContaining("METRICS_TOKEN"),
    ]);
    expect(parseEnv({ ...discord, DISCORD_GUILD_ID: "9" }).notices).toEqual([]);
  });

  it.each([
    ["DISCORD_GUILD_ID", "my guild"],
    ["ADMIN_ROLE_ID", "@admin"],
    ["OAUTH_REDIRECT_WEB", "javascript:alert(1)"],
    ["OAUTH_REDIRECT_ANDROID", "not an address"],
    ["DISCORD_API_URL", "ftp://discord.com"],
  ])("refuses %s=%s", (name, value) => {
    expect(() => parseEnv({ [name]: value })).toThrow(name);
  });
});

it("refuses the published example of a secret key with one line that offers a new one", () => {
  const start = () => parseEnv({ SECRET_KEY: "your-secret-key-here" });
  expect(start).toThrow(/SECRET_KEY: is a published example\. Replace it, for example by [\w-]{43}\n/);
  expect(start).not.toThrow("at least 32");
});
