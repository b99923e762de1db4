/** Passkeys: adding and removing them, signing in with one, and what that asks of sign-ins by password. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { appCode } from "@/tests/authenticator";
import { databases } from "@/tests/db/databases";
import { aPasskey } from "@/tests/passkey";
import { addPasskey, listPasskeys, startPasskey } from "./contract";
import { relyingPartyOf } from "./webauthn";

const ORIGIN = "https://bots.example.org";
const BROWSER = "br_of-the-tests";

describe("the server that browsers know", () => {
  it.each([
    ["https://bots.example.org", { id: "bots.example.org", origin: "https://bots.example.org" }],
    ["https://bots.example.org:8443/muster", { id: "bots.example.org", origin: "https://bots.example.org:8443" }],
    ["http://localhost:5000", { id: "localhost", origin: "http://localhost:5000" }],
    ["http://bots.example.org", null],
    ["https://192.0.2.1", null],
    ["https://[2001:db8::1]", null],
    ["http://127.0.0.1:5000", null],
  ])("at %s is %j", (url, party) => {
    expect(relyingPartyOf(url)).toEqual(party);
  });
});

describe.each(databases)("passkeys on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  type Person = Awaited<ReturnType<World["someone"]>>;
  async function add({ actor }: Pick<Person, "actor">, name?: string) {
    const key = aPasskey(ORIGIN);
    const begun = startPasskey.response.parse(await world.secondFactor.startPasskey(actor));
    const added = await world.secondFactor.addPasskey(actor, key.create(begun, name));
    addPasskey.response.parse({ success: true, ...added });
    return { key, ...added };
  }
  const challenge = (browser = BROWSER) => world.secondFactor.startPasskeySignIn(browser);
  const signIn = (proof: Parameters<World["secondFactor"]["signInWithPasskey"]>[0], browser = BROWSER) =>
    world.secondFactor.signInWithPasskey(proof, browser, CLIENT);
  const login = ({ username }: Person, otp?: string) =>
    world.signIn.login({ username, password: PASSWORD, otp }, CLIENT);

  it("sign in without a password, and are listed with their last use", async () => {
    const ada = await world.someone();
    const { key, passkey } = await add(ada, "Ada's phone");
    world.clock.at += 1000;
    const { reply } = await signIn(key.get(await challenge()));
    expect(reply).toMatchObject({ success: true, user: { id: ada.id } });
    const own = listPasskeys.response.parse(await world.secondFactor.passkeys(ada.actor));
    expect(own).toMatchObject({ count: 1, available: true });
    expect(own.passkeys[0]).toEqual({ ...passkey, last_used_at: new Date(world.clock.at).toISOString() });
  });

  it("come with recovery codes for the first second factor alone, and notify their owner", async () => {
    const ada = await world.someone();
    world.facts.length = 0;
    expect((await add(ada, "One")).recovery_codes).toHaveLength(10);
    expect((await add(ada, "Two")).recovery_codes).toBeNull();
    expect(world.facts).toEqual(
      ["One", "Two"].map((name) => ["account.secured", { user_id: ada.id, change: "passkey_added", name }]),
    );
  });

  it("make a sign-in by password ask for a second factor, and a recovery code is one", async () => {
    const ada = await world.someone();
    const { recovery_codes } = await add(ada);
    await expect(login(ada)).rejects.toMatchObject({
      code: "SECOND_FACTOR_REQUIRED",
      details: { field: "otp", ways: ["passkey", "recovery_code"] },
    });
    await expect(login(ada, "123456")).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    await expect(login(ada, recovery_codes![0])).resolves.toBeTruthy();
    expect(await world.secondFactor.secondFactor(ada.actor)).toEqual({
      ...{ enabled: false, enabled_at: null },
      ...{ passkeys: 1, recovery_codes_left: 9 },
    });
  });

  it("answer a challenge once, within ten minutes, in the browser that asked for it", async () => {
    const ada = await world.someone();
    const { key } = await add(ada);
    const refused = { code: "UNAUTHORIZED" };
    const proof = key.get(await challenge());
    await expect(signIn(proof, "br_another")).rejects.toMatchObject(refused);
    const both = await Promise.allSettled([signIn(proof), signIn(proof)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(signIn(proof)).rejects.toMatchObject(refused);
    const late = key.get(await challenge());
    world.clock.at += 600_000;
    await expect(signIn(late)).rejects.toMatchObject(refused);
    const begun = await world.secondFactor.startPasskey(ada.actor);
    await expect(signIn(key.get({ ticket: begun.ticket, options: (await challenge()).options }))).rejects.toMatchObject(
      refused,
    );
  });

  it("are refused without user verification, from another origin, with another's key, and by a count that fell", async () => {
    const ada = await world.someone();
    const { key } = await add(ada);
    const { key: other } = await add(await world.someone());
    const refused = { code: "UNAUTHORIZED" };
    await expect(signIn(key.get(await challenge(), { isVerified: false }))).rejects.toMatchObject(refused);
    await expect(signIn(key.get(await challenge(), { origin: "https://evil.example" }))).rejects.toMatchObject(refused);
    const forged = other.get(await challenge());
    const { id, rawId } = key.get(await challenge()).credential;
    await expect(signIn({ ...forged, credential: { ...forged.credential, id, rawId } })).rejects.toMatchObject(refused);
    await expect(signIn(aPasskey(ORIGIN).get(await challenge()))).rejects.toMatchObject(refused);
    await signIn(key.get(await challenge(), { counter: 7 }));
    for (const counter of [7, 6, 0])
      await expect(signIn(key.get(await challenge(), { counter }))).rejects.toMatchObject(refused);
    await expect(signIn(key.get(await challenge(), { counter: 8 }))).resolves.toBeTruthy();
  });

  it("of a deactivated account sign nobody in", async () => {
    const ada = await world.someone();
    const { key } = await add(ada);
    await world.run(`UPDATE "user" SET is_active = 0 WHERE id = ${ada.id}`);
    await expect(signIn(key.get(await challenge()))).rejects.toMatchObject({ message: /deactivated/ });
  });

  it("are stored once, up to a limit, and each registration answers its own session", async () => {
    const [ada, bea] = [await world.someone(), await world.someone()];
    const { key } = await add(ada);
    const begun = await world.secondFactor.startPasskey(ada.actor);
    await expect(world.secondFactor.addPasskey(bea.actor, key.create(begun))).rejects.toMatchObject({
      ...{ code: "INVALID_INPUT", details: { field: "ticket" } },
    });
    await expect(world.secondFactor.addPasskey(ada.actor, key.create(begun))).rejects.toMatchObject({
      code: "CONFLICT",
    });
    for (let more = 1; more < 20; more++) await add(ada);
    await expect(add(ada)).rejects.toMatchObject({ code: "CONFLICT", message: /limit/ });
  });

  it("are renamed and removed by their owner alone; recovery codes go with the last second factor", async () => {
    const [ada, bea] = [await world.someone(), await world.someone()];
    const { passkey, key } = await add(ada);
    const rename = (who: Person, name: string) => world.secondFactor.renamePasskey(who.actor, passkey.id, { name });
    await expect(rename(bea, "Mine")).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await rename(ada, "Desk")).toMatchObject({ name: "Desk" });
    await expect(world.secondFactor.removePasskey(bea.actor, passkey.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await world.secondFactor.removePasskey(ada.actor, passkey.id);
    expect(await world.secondFactor.secondFactor(ada.actor)).toMatchObject({ passkeys: 0, recovery_codes_left: 0 });
    await expect(signIn(key.get(await challenge()))).rejects.toMatchObject({ message: /removed/ });
    await expect(login(ada)).resolves.toBeTruthy();
  });

  it("stay while they are the only way into the account", async () => {
    const ada = await world.someone();
    const first = await add(ada);
    await world.run(`UPDATE "user" SET password_hash = NULL WHERE id = ${ada.id}`);
    const remove = (id: string) => world.secondFactor.removePasskey(ada.actor, id);
    await expect(remove(first.passkey.id)).rejects.toMatchObject({ code: "CONFLICT", message: /only way/ });
    const second = await add(ada);
    await remove(first.passkey.id);
    await expect(remove(second.passkey.id)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("keep the recovery codes when the authenticator app is turned off, and an admin's reset removes all", async () => {
    const ada = await world.someone();
    const { actor } = ada;
    const { secret } = await world.secondFactor.startSecondFactor(actor, { password: PASSWORD });
    await world.secondFactor.confirmSecondFactor(actor, { otp: appCode(secret, world.clock.at) });
    await add(ada);
    world.clock.at += 30_000;
    await world.secondFactor.removeSecondFactor(actor, { password: PASSWORD, otp: appCode(secret, world.clock.at) });
    expect(await world.secondFactor.secondFactor(actor)).toMatchObject({
      ...{ enabled: false, passkeys: 1, recovery_codes_left: 10 },
    });
    const admin = await world.someone("admin");
    await world.secondFactor.resetSecondFactor(admin.actor, String(ada.id));
    expect(await world.secondFactor.secondFactor(actor)).toMatchObject({ passkeys: 0, recovery_codes_left: 0 });
    await expect(login(ada)).resolves.toBeTruthy();
  });

  it("may not be changed with an API key", async () => {
    const ada = await world.someone();
    const { secret } = await world.own.createKey(ada.actor, { name: "k", scope: "operate", expires_in_days: 1 });
    const key = (await world.identity.byBearer(secret))!;
    await expect(world.secondFactor.startPasskey({ ...key, scope: "admin" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });
});
