/** Questions to a real OpenLDAP server: passwords, encryption, pages, nested groups. */
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseLdap } from "@/lib/core/env.ldap";
import { GROUPS, PEOPLE, Slapd } from "@/tests/standins/slapd";
import { idValue, toEntry } from "./entry";
import { createDirectoryService } from "./service";

let slapd: Slapd;
let ada: string;

beforeAll(async () => {
  slapd = await Slapd.start();
  ada = await slapd.person({ uid: "ada", password: "analytical engine" });
  await slapd.person({ uid: "bob", password: "bob's own" });
});
afterAll(() => slapd?.close());

function open(more: Record<string, string> = {}) {
  const { ldap, mistakes } = parseLdap({ ...slapd.env, LDAP_TIMEOUT_MS: "2000", ...more });
  expect(mistakes).toEqual([]);
  return createDirectoryService({ settings: ldap!, now: Date.now });
}
const withGroups = { LDAP_ADMIN_GROUPS: "anything" };
const failed = (message: RegExp) => ({ name: "DirectoryError", message: expect.stringMatching(message) });

describe("a password", () => {
  it("proves the person with the name or the address, and nobody else", async () => {
    const directory = open();
    const person = { username: "ada", fullname: "Person ada", email: "ada@example.org", isDisabled: false, dn: ada };
    expect(await directory.identify("ada", "analytical engine")).toMatchObject({ ...person, groups: [] });
    expect(await directory.identify("ADA@example.org", "analytical engine")).toMatchObject(person);
    expect(await directory.identify("ada", "bob's own")).toBeUndefined();
    expect(await directory.identify("nobody", "analytical engine")).toBeUndefined();
  });

  it("proves the person with a lasting id", async () => {
    const { id } = (await open().identify("ada", "analytical engine"))!;
    expect(id).toMatch(/^[0-9a-f]{8}-/);
    expect(await open().confirm(id, "analytical engine")).toMatchObject({ username: "ada" });
    expect(await open().confirm(id, "wrong")).toBeUndefined();
  });

  it("never binds when it is empty", async () => {
    expect(await open().identify("ada", "")).toBeUndefined();
    const { id } = (await open().identify("ada", "analytical engine"))!;
    expect(await open().confirm(id, "")).toBeUndefined();
  });

  it.each(["*", "a*", "ada)(uid=*", "*)(|(uid=*", "\\61da", "ada\u0000", "$&", "(ada)"])(
    "is not taken for a name that is part of a filter: %j",
    async (name) => expect(await open().identify(name, "analytical engine")).toBeUndefined(),
  );

  it("proves nobody while two people have the name", async () => {
    const twin = await slapd.person({ uid: "twin", password: "analytical engine", mail: "ada@example.org" });
    expect(await open().identify("ada@example.org", "analytical engine")).toBeUndefined();
    await slapd.remove(twin);
  });
});

describe("the connection", () => {
  it("is encrypted by StartTLS or ldaps, and open only on request", async () => {
    for (const more of [{}, { LDAP_URL: `ldaps://127.0.0.1:${slapd.ports.tls}` }, { LDAP_STARTTLS: "false" }])
      expect(await open(more as Record<string, string>).identify("bob", "bob's own")).toMatchObject({
        username: "bob",
      });
  });

  it("is refused when the certificate is not trusted, or names another server", async () => {
    const { LDAP_CA: _, ...untrusting } = slapd.env;
    const { ldap } = parseLdap(untrusting);
    await expect(
      createDirectoryService({ settings: ldap!, now: Date.now }).identify("bob", "bob's own"),
    ).rejects.toMatchObject(failed(/self.signed certificate.*LDAP_CA/));
    for (const url of [`ldap://127.0.0.2:${slapd.ports.plain}`, `ldaps://127.0.0.2:${slapd.ports.tls}`])
      await expect(open({ LDAP_URL: url }).identify("bob", "bob's own")).rejects.toMatchObject({
        name: "DirectoryError",
      });
  });

  it("fails within bounds where nobody answers, or the reader's password is wrong", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    const slow = open({ LDAP_URL: `ldap://127.0.0.1:${port}`, LDAP_TIMEOUT_MS: "100" });
    await expect(slow.identify("bob", "bob's own")).rejects.toMatchObject(failed(/timed out|no answer/));
    silent.close();
    await expect(open({ LDAP_URL: "ldap://127.0.0.1:1" }).identify("bob", "x")).rejects.toMatchObject(
      failed(/REFUSED/),
    );
    const wrong = open({ LDAP_BIND_PASSWORD: "wrong" });
    await expect(wrong.identify("bob", "bob's own")).rejects.toMatchObject(
      failed(/correct LDAP_BIND_DN or LDAP_BIND_PASSWORD/),
    );
    await expect(wrong.check()).rejects.toMatchObject({ name: "DirectoryError" });
    await open().check();
  });
});

describe("groups", () => {
  it("are followed upwards, also in a circle, and have a name and a DN", async () => {
    await slapd.group("ops", [ada]);
    await slapd.group("engineering", [`cn=ops,${GROUPS}`, `cn=everybody,${GROUPS}`]);
    await slapd.group("everybody", [`cn=engineering,${GROUPS}`]);
    await slapd.add(`cn=unix,${GROUPS}`, { objectClass: "posixGroup", cn: "unix", gidNumber: "1", memberUid: "ada" });
    const { groups } = (await open(withGroups).identify("ada", "analytical engine"))!;
    const names = ["ops", "engineering", "everybody", "unix"];
    expect([...groups].sort()).toEqual([...names, ...names.map((cn) => `cn=${cn},${GROUPS}`)].sort());
    expect((await open(withGroups).identify("bob", "bob's own"))!.groups).toEqual([]);
  });

  it("are read page by page, as people are: 1,200 of each", async () => {
    const many = Array.from({ length: 1_200 }, (_, at) => `m${at}`);
    const person = (uid: string) =>
      `dn: uid=${uid},${PEOPLE}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: ${uid}`;
    const group = (cn: string) =>
      `dn: cn=g${cn},${GROUPS}\nobjectClass: groupOfNames\ncn: g${cn}\nmember: uid=m0,${PEOPLE}`;
    await slapd.addAll([...many.map(person), ...many.map(group)]);
    await slapd.set(`uid=m0,${PEOPLE}`, "userPassword", ["the busiest"]);
    const busiest = (await open(withGroups).identify("m0", "the busiest"))!;
    expect(busiest.groups).toHaveLength(2_400);
    const ids = await slapd.asRoot(async (client) => {
      const filter = "(objectClass=inetOrgPerson)";
      const found = await client.search(PEOPLE, { filter, attributes: ["entryUUID"], paged: { pageSize: 500 } });
      return found.searchEntries.map(({ entryUUID }) => String(entryUUID));
    });
    expect(ids.length).toBeGreaterThan(1_200);
    expect([...(await open().survey([...ids, "no-such-id"])).keys()].sort()).toEqual(ids.sort());
  });
});

describe("people who may not sign in", () => {
  it("are those whose entry has expired, or who match the filter of the settings", async () => {
    const day = Math.floor(Date.now() / 86_400_000);
    const dn = await slapd.person({ uid: "eve", password: "eve's own", more: { shadowExpire: String(day + 2) } });
    const eve = async (more?: Record<string, string>) => (await open(more).identify("eve", "eve's own"))!.isDisabled;
    expect(await eve()).toBe(false);
    expect(await eve({ LDAP_DISABLED_FILTER: "(employeeType=left)" })).toBe(false);
    await slapd.set(dn, "shadowExpire", [String(day)]);
    expect(await eve()).toBe(true);
    await slapd.set(dn, "shadowExpire", ["-1"]);
    await slapd.set(dn, "employeeType", ["left"]);
    expect(await eve()).toBe(false);
    expect(await eve({ LDAP_DISABLED_FILTER: "(employeeType=left)" })).toBe(true);
  });

  it("are not guessed at when the directory shows nobody", async () => {
    const { id } = (await open().identify("bob", "bob's own"))!;
    expect((await open().survey([id, "gone"])).size).toBe(1);
    const blind = open({ LDAP_USER_FILTER: "(employeeNumber={username})" });
    await expect(blind.survey([id])).rejects.toMatchObject(failed(/none of its people/));
  });
});

it("reads the ids and states of Active Directory", () => {
  const { ldap } = parseLdap({
    LDAP_URL: "ldaps://dc.example.org",
    LDAP_BASE_DN: "DC=example, DC=org",
    LDAP_TYPE: "ad",
  });
  const guid = Buffer.from("00ff10e4a1b2c3d4e5f60718293a4b5c", "hex");
  const at = Date.parse("2026-03-01T12:00:00Z");
  const read = (more: Record<string, string>) =>
    toEntry({ dn: "CN=Ada", objectGUID: guid, sAMAccountName: "ada", displayName: "Ada L.", ...more }, ldap!, at)!;
  const ada = { id: guid.toString("hex"), username: "ada", fullname: "Ada L.", email: null, isDisabled: false };
  expect(read({ userAccountControl: "512", accountExpires: "9223372036854775807" })).toMatchObject(ada);
  expect(idValue(ada.id, ldap!)).toEqual(guid);
  expect(read({ userAccountControl: "514" }).isDisabled).toBe(true);
  // 1 March 2026 and 2 March 2026 in hundreds of nanoseconds since 1601.
  const expires = (time: string) => String((BigInt(Date.parse(time)) + 11_644_473_600_000n) * 10_000n);
  expect(read({ accountExpires: expires("2026-03-01") }).isDisabled).toBe(true);
  expect(read({ accountExpires: expires("2026-03-02") }).isDisabled).toBe(false);
  expect(read({ accountExpires: "0" }).isDisabled).toBe(false);
  expect(createDirectoryService({ settings: ldap!, now: () => at }).key).toBe("ldap:dc=example,dc=org");
});

it("stops the start with one line for each wrong setting", () => {
  const file = join(slapd.folder, "empty.pem");
  writeFileSync(file, "");
  const good = { LDAP_URL: "ldaps://ldap.example.org", LDAP_BASE_DN: "dc=example,dc=org" };
  const mistakes = (given: Record<string, string>) => parseLdap({ ...good, ...given }).mistakes;
  expect(mistakes({})).toEqual([]);
  expect(parseLdap({ LDAP_NAME: "x" }).mistakes).toEqual(["LDAP_URL: set it as well", "LDAP_BASE_DN: set it as well"]);
  for (const [given, text] of [
    [{ LDAP_URL: "http://ldap" }, /^LDAP_URL: must be ldap:/],
    [{ LDAP_URL: "ldap://ldap/dc=x" }, /^LDAP_URL: must be ldap:/],
    [{ LDAP_STARTTLS: "true" }, /^LDAP_STARTTLS: leave it out/],
    [{ LDAP_CA: "/nowhere.pem" }, /^LDAP_CA: cannot read \/nowhere.pem \(ENOENT\)/],
    [{ LDAP_CA: file }, /^LDAP_CA: .* holds no certificate/],
    [{ LDAP_BIND_DN: "cn=a" }, /set both, or neither/],
    [{ LDAP_BASE_DN: "people" }, /^LDAP_BASE_DN: must be a name/],
    [{ LDAP_USER_FILTER: "(uid=ada)" }, /^LDAP_USER_FILTER: must contain/],
    [{ LDAP_USER_FILTER: "uid={username}" }, /^LDAP_USER_FILTER: must be a filter/],
    [{ LDAP_DISABLED_FILTER: "(a=b)(c=d)" }, /^LDAP_DISABLED_FILTER: must be a filter/],
    [{ LDAP_TYPE: "novell" }, /^LDAP_TYPE: must be openldap or ad/],
    [{ LDAP_TEAM_GROUPS: "ops=x:viewer" }, /^LDAP_TEAM_GROUPS: "ops=x:viewer" must be/],
  ] as const)
    expect(mistakes(given)).toEqual([expect.stringMatching(text)]);
});
