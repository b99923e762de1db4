/** .env.example: a line that is uncommented as it stands is a value that Muster reads. */
import { readFileSync } from "node:fs";
import { parseEnv as parseFile } from "node:util";
import { describe, expect, it } from "vitest";
import { parseEnv } from "./env";

const text = readFileSync(".env.example", "utf8");
const lines = text.split("\n").filter((line) => /^#[A-Z0-9_]+=/.test(line));
/** Returns the variables that have to be set together with this one. */
function companionsOf(name: string): Record<string, string> {
  if (name === "API_ADMIN_USER") return { API_ADMIN_PASS: "four random words here" };
  if (name.startsWith("OIDC_")) return { OIDC_ISSUER: "https://id.example.org", OIDC_CLIENT_ID: "muster" };
  if (name.startsWith("LDAP_")) return { LDAP_URL: "ldap://ldap.example.org", LDAP_BASE_DN: "dc=example,dc=org" };
  if (name.startsWith("GITHUB_")) return { GITHUB_CLIENT_ID: "muster", GITHUB_CLIENT_SECRET: "secret" };
  return {};
}

describe(".env.example", () => {
  it("has comments on lines of their own, and no text after a value", () => {
    expect(lines.length).toBeGreaterThan(80);
    const uncommented = parseFile(text.replace(/^#(?=[A-Z0-9_]+=)/gm, ""));
    for (const line of lines) {
      const [, name, value] = /^#([A-Z0-9_]+)=(.*)$/.exec(line)!;
      expect([name, uncommented[name!]]).toEqual([name, value!.replace(/^"(.*)"$/, "$1")]);
      expect(line).not.toMatch(/\s{2,}|\s#/);
    }
    for (const line of text.split("\n")) expect(line).toMatch(/^(#[A-Z0-9_]+=.*|# .+|)$/);
  });

  it.each(lines.filter((line) => /=./.test(line)))("%s is valid", (line) => {
    const given = parseFile(line.slice(1)) as Record<string, string>;
    expect(() => parseEnv({ ...companionsOf(Object.keys(given)[0]!), ...given })).not.toThrow();
  });
});
