/** Ways to sign in where AUTH_PASSWORD is off: a password that an account still has counts for nothing. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openWorld, PASSWORD, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";

const NELLY = { provider: "discord", id: "80351110224678912", username: "nelly", discriminator: "0", avatar: null };

describe.each(databases)("accounts of a server without passwords on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database, false);
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  it("keep their only provider, although they have a password", async () => {
    const { actor } = await world.someone();
    await world.provider.linkIdentity(actor, NELLY);
    expect(await world.provider.linkedIdentities(actor)).toMatchObject({ hasPassword: false });
    const refused = { code: "CONFLICT", message: expect.stringContaining("link another provider") };
    await expect(world.provider.unlinkIdentity(actor, NELLY.provider)).rejects.toMatchObject(refused);
    await world.provider.linkIdentity(actor, { ...NELLY, provider: "github" });
    await world.provider.unlinkIdentity(actor, NELLY.provider);
  });

  it("are asked for a fresh sign-in where others are asked for their password", async () => {
    const { actor } = await world.someone();
    world.clock.at += 900_001;
    for (const password of [PASSWORD, undefined])
      await expect(world.secondFactor.startSecondFactor(actor, { password })).rejects.toMatchObject({
        code: "STEP_UP_REQUIRED",
        details: { ways: ["sign_in"] },
      });
    world.clock.at -= 1;
    await expect(world.secondFactor.startSecondFactor(actor, {})).resolves.toMatchObject({
      secret: expect.any(String),
    });
  });

  it("are locked by a notice's link without a mail that offers another password", async () => {
    const { id } = await world.someone();
    const link = new URL(await world.notices.noticeLink(id));
    world.mails.length = 0;
    expect(await world.notices.disown(link.searchParams.get("token")!)).toMatchObject({ reset_sent: false });
    expect(world.mails).toEqual([]);
  });

  it("are not created without an invitation, and get no link to reset a password", async () => {
    const [boss, ada] = [await world.someone("admin"), await world.someone()];
    const grace = {
      username: "grace",
      email: "grace@example.org",
      fullname: "",
      role: "user",
      delivery: "link",
    } as const;
    await expect(world.administration.createUser(boss.actor, grace)).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(world.administration.createUser(ada.actor, grace)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const reset = world.administration.createResetLink(boss.actor, String(ada.id), "link");
    await expect(reset).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("AUTH_PASSWORD") });
  });
});
