/** Step-up: which operations ask for a fresh proof of whom, and the ways to give one. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { appCode } from "@/tests/authenticator";
import { databases } from "@/tests/db/databases";
import { aPasskey } from "@/tests/passkey";
import { stepUp } from "./contract";

const FRESH_MS = 900_000;
const OWN = { proof: "fresh", document: "muster" } as const;
const DOCUMENTED = { proof: "fresh", document: "000 Bot Management APIs: Get Bot Token" } as const;

describe.each(databases)("step-up on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  const demand = (actor: UserActor, operation: typeof OWN | typeof DOCUMENTED | object = OWN) =>
    world.secondFactor.demandProof(actor, operation as typeof OWN);
  const required = (...ways: string[]) => ({
    code: "STEP_UP_REQUIRED",
    status: 403,
    details: { ways, path: "/api/auth/step-up" },
  });
  const prove = async (actor: UserActor, given: Parameters<World["secondFactor"]["stepUp"]>[1]) =>
    stepUp.response.parse(await world.secondFactor.stepUp(actor, given));
  async function addPasskey(actor: UserActor) {
    const key = aPasskey("https://bots.example.org");
    await world.secondFactor.addPasskey(actor, key.create(await world.secondFactor.startPasskey(actor)));
    return key;
  }
  async function turnOn(actor: UserActor) {
    const { secret } = await world.secondFactor.startSecondFactor(actor, { password: PASSWORD });
    await world.secondFactor.confirmSecondFactor(actor, { otp: appCode(secret, world.clock.at) });
    return () => appCode(secret, world.clock.at);
  }

  it("is asked fifteen minutes after the sign-in, and a password answers it", async () => {
    const { actor } = await world.someone();
    world.clock.at += FRESH_MS;
    await demand(actor);
    world.clock.at += 1;
    await expect(demand(actor)).rejects.toMatchObject(required("password"));
    await expect(prove(actor, { password: "wrong" })).rejects.toMatchObject({ details: { field: "password" } });
    await expect(demand(actor)).rejects.toMatchObject(required("password"));
    await expect(prove(actor, { password: PASSWORD })).resolves.toMatchObject({
      valid_until: new Date(world.clock.at + FRESH_MS).toISOString(),
    });
    await demand(actor);
  });

  it("is not asked where an operation declares nothing, nor on a documented path without a second factor", async () => {
    const { actor } = await world.someone();
    world.clock.at += FRESH_MS + 1;
    await demand(actor, {});
    await demand(actor, { document: "muster" });
    await demand(actor, DOCUMENTED);
    await addPasskey(actor);
    await expect(demand(actor, DOCUMENTED)).rejects.toMatchObject(required("password", "otp", "passkey"));
  });

  it("is asked of everyone on documented paths too, where the policy says so", async () => {
    const { actor } = await world.someone();
    world.clock.at += FRESH_MS + 1;
    await demand(actor, DOCUMENTED);
    world.policy.require_proof_of_everyone = true;
    await expect(demand(actor, DOCUMENTED)).rejects.toMatchObject(required("password"));
  });

  it("needs a code beside the password of an account with a second factor", async () => {
    const { actor } = await world.someone();
    const code = await turnOn(actor);
    world.clock.at += FRESH_MS + 1;
    await expect(demand(actor)).rejects.toMatchObject(required("password", "otp"));
    await expect(prove(actor, { password: PASSWORD })).rejects.toMatchObject({ details: { field: "otp" } });
    await expect(prove(actor, { password: PASSWORD, otp: "000000" })).rejects.toMatchObject({
      ...{ code: "INVALID_INPUT", details: { field: "otp" } },
    });
    await prove(actor, { password: PASSWORD, otp: code() });
    await demand(actor);
  });

  it("is answered by one's own passkey, in the session that asked", async () => {
    const [ada, bea] = [await world.someone(), await world.someone()];
    const key = await addPasskey(ada.actor);
    const other = await addPasskey(bea.actor);
    world.clock.at += FRESH_MS + 1;
    const challenge = () => world.secondFactor.startStepUp(ada.actor);
    const wrong = { code: "INVALID_INPUT", details: { field: "passkey" } };
    await expect(prove(ada.actor, { passkey: other.get(await challenge()) })).rejects.toMatchObject(wrong);
    await expect(prove(bea.actor, { passkey: key.get(await challenge()) })).rejects.toMatchObject(wrong);
    const asSignIn = await world.secondFactor.startPasskeySignIn("br_x");
    await expect(prove(ada.actor, { passkey: key.get(asSignIn) })).rejects.toMatchObject(wrong);
    const proof = key.get(await challenge());
    await prove(ada.actor, { passkey: proof });
    await demand(ada.actor);
    await expect(prove(ada.actor, { passkey: proof })).rejects.toMatchObject(wrong);
  });

  it("counts for its own session, and for the one that replaces it", async () => {
    const ada = await world.someone();
    world.clock.at += FRESH_MS + 1;
    const other = await world.signIn.login({ username: ada.username, password: PASSWORD }, CLIENT);
    await demand((await world.identity.bySessionToken(other.sessionToken))!);
    await expect(demand(ada.actor)).rejects.toMatchObject(required("password"));
    const renewed = await world.signIn.refresh(ada.actor, CLIENT);
    const actor = (await world.identity.bySessionToken(renewed.sessionToken))!;
    await expect(demand(actor)).rejects.toMatchObject(required("password"));
  });

  it("leaves accounts without a password and a passkey a new sign-in", async () => {
    const { actor, id } = await world.someone();
    await world.run(`UPDATE "user" SET password_hash = NULL WHERE id = ${id}`);
    world.clock.at += FRESH_MS + 1;
    await expect(demand(actor)).rejects.toMatchObject(required("sign_in"));
  });

  it("never asks API keys, which may not call what is for sessions alone", async () => {
    const { actor } = await world.someone("admin");
    const { secret } = await world.own.createKey(actor, { name: "k", scope: "admin", expires_in_days: 1 });
    world.clock.at += FRESH_MS + 1;
    const key = (await world.identity.byBearer(secret))!;
    await demand(key);
    await expect(demand(key, { proof: "session", document: "muster" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(prove(key, { password: PASSWORD })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("is locked after five wrong passwords", async () => {
    const { actor } = await world.someone();
    for (let attempt = 0; attempt < 5; attempt++)
      await expect(prove(actor, { password: "wrong" })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(prove(actor, { password: PASSWORD })).rejects.toMatchObject({ code: "RATE_LIMITED" });
  });
});
