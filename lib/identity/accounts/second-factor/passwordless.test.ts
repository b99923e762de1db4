/** The second factor of accounts that have no password, because their owners sign in by a provider. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openWorld, type World } from "@/tests/accounts";
import { appCode } from "@/tests/authenticator";
import { databases } from "@/tests/db/databases";
import { newcomer } from "@/tests/newcomers";

const STEP_MS = 30_000;
const FRESH_MS = 900_000;

describe.each(databases)("a second factor without a password on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  it("is set up, renewed and turned off by a fresh sign-in in place of the password", async () => {
    const { actor } = await newcomer(world, "nelly");
    const { secret } = await world.secondFactor.startSecondFactor(actor, {});
    const code = () => appCode(secret, world.clock.at);
    await world.secondFactor.confirmSecondFactor(actor, { otp: code() });
    world.clock.at += STEP_MS;
    await world.secondFactor.replaceRecoveryCodes(actor, { otp: code() });
    world.clock.at += STEP_MS;
    await expect(world.secondFactor.removeSecondFactor(actor, { otp: "000000" })).rejects.toMatchObject({
      details: { field: "otp" },
    });
    await world.secondFactor.removeSecondFactor(actor, { otp: code() });
    expect(await world.secondFactor.secondFactor(actor)).toMatchObject({ enabled: false });
  });

  it("asks an old session for a fresh proof, and refuses API keys", async () => {
    const { actor } = await newcomer(world, "nelly");
    const byKey = { ...actor, session_id: undefined, key_id: "mk_1" };
    await expect(world.secondFactor.startSecondFactor(byKey, {})).rejects.toMatchObject({ code: "FORBIDDEN" });
    world.clock.at += FRESH_MS + 1;
    for (const password of [undefined, "anything"])
      await expect(world.secondFactor.startSecondFactor(actor, { password })).rejects.toMatchObject({
        code: "STEP_UP_REQUIRED",
        details: { ways: ["sign_in"] },
      });
  });

  it("of an account with a password always asks for it, however fresh the session is", async () => {
    const { actor } = await world.someone();
    const refused = { code: "INVALID_INPUT", details: { field: "password" } };
    await expect(world.secondFactor.startSecondFactor(actor, {})).rejects.toMatchObject(refused);
  });
});
